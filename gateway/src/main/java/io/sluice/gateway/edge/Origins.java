package io.sluice.gateway.edge;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Which web pages may use the edge, decided by the `Origin` header (RFC 6454). Pure.
final class Origins {
  /// Allows pages of this machine: http and https, any port.
  static final String LOOPBACK = "loopback";

  /// Allows every page.
  static final String ANY = "*";

  private static final Pattern LOOPBACK_V4 =
      Pattern.compile("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

  /// What a page may do.
  enum Verdict {
    /// Everything, with cookies and authorization if it likes.
    TRUSTED,
    /// Everything, but without the credentials a browser would add: it is named nowhere.
    ANYONE,
    REFUSED
  }

  private final boolean any;
  private final boolean loopback;
  private final Set<String> listed;

  /// @param allowed origins such as `https://app.example.com`, with `:*` for any port, [#LOOPBACK]
  ///   or [#ANY]
  Origins(List<String> allowed) {
    any = allowed.contains(ANY);
    loopback = allowed.contains(LOOPBACK);
    listed = Set.copyOf(allowed.stream().map(o -> o.toLowerCase(Locale.ROOT)).toList());
  }

  /// @param origin the `Origin` header, which only browsers send
  /// @param host the `Host` header
  Verdict judge(String origin, String host) {
    if (trusts(origin, host)) {
      return Verdict.TRUSTED;
    }
    return any ? Verdict.ANYONE : Verdict.REFUSED;
  }

  private boolean trusts(String origin, String host) {
    if (listed.contains(origin.toLowerCase(Locale.ROOT))) {
      return true;
    }
    URI uri;
    try {
      uri = new URI(origin);
    } catch (URISyntaxException _) {
      return false;
    }
    String scheme = uri.getScheme();
    if (uri.getHost() == null
        || uri.getRawUserInfo() != null
        || !uri.getRawPath().isEmpty()
        || !("http".equals(scheme) || "https".equals(scheme))) {
      return false;
    }
    return sameHost(uri, host)
        || (loopback && isLoopback(uri.getHost()))
        || listed.contains((scheme + "://" + uri.getHost() + ":*").toLowerCase(Locale.ROOT));
  }

  /// The page was served by this very host and port.
  private static boolean sameHost(URI origin, String host) {
    return origin.getRawAuthority().equalsIgnoreCase(host);
  }

  private static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || LOOPBACK_V4.matcher(host).matches();
  }
}
