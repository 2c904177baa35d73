package io.sluice.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// URLs of those who take what OTLP sends over HTTP.
final class OtlpUrl {
  private OtlpUrl() {}

  /// Whether the text is empty or such a URL. A password in it would be shown in the log.
  static boolean isOne(String text) {
    if (text.isEmpty()) {
      return true;
    }
    try {
      URI uri = new URI(text);
      return Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException _) {
      return false;
    }
  }

  /// What is wrong with it.
  static String problem(String key, String text) {
    return "%s: '%s' is not of the form http://HOST:PORT or https://HOST:PORT/PATH"
        .formatted(key, text);
  }

  /// The whole URL.
  ///
  /// @param path OTLP's own, for a URL without one
  static String whole(String url, String path) {
    return switch (URI.create(url).getRawPath()) {
      case "" -> url + path;
      case "/" -> url + path.substring(1);
      default -> url;
    };
  }
}
