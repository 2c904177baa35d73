package io.sluice.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;

/// Base URLs of listeners.
final class Address {
  private static final Set<String> EVERY_INTERFACE = Set.of("0.0.0.0", "::", "[::]", "*");

  private Address() {}

  /// Whether the text is empty or scheme, host and perhaps a port, and nothing after them.
  static boolean isBase(String text, String... schemes) {
    if (text.isEmpty()) {
      return true;
    }
    try {
      URI uri = new URI(text);
      return uri.getScheme() != null
          && List.of(schemes).contains(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawPath().isEmpty()
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  static String of(String scheme, String host, int port) {
    String name = EVERY_INTERFACE.contains(host) ? "127.0.0.1" : host;
    boolean bareIpv6 = name.indexOf(':') >= 0 && !name.startsWith("[");
    return scheme + "://" + (bareIpv6 ? "[" + name + "]" : name) + ":" + port;
  }
}
