package io.sluice.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/// URLs of those who take what OTLP sends.
final class OtlpUrl {
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final Set<String> NO_PATH = Set.of("", "/");
  private static final int LAST_PORT = 65_535;

  private OtlpUrl() {}

  /// Whether the text is empty or such a URL. A password in it would be shown in the log.
  static boolean isOne(String text, OtlpProtocol protocol) {
    if (text.isEmpty()) {
      return true;
    }
    try {
      URI uri = new URI(text);
      return SCHEMES.contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && isFor(protocol, uri);
    } catch (URISyntaxException _) {
      return false;
    }
  }

  /// A call of gRPC has its own path, and its client is told a port.
  private static boolean isFor(OtlpProtocol protocol, URI uri) {
    return switch (protocol) {
      case HTTP_PROTOBUF -> true;
      case GRPC ->
          0 < uri.getPort() && uri.getPort() <= LAST_PORT && NO_PATH.contains(uri.getRawPath());
    };
  }

  /// What is wrong with it; a password is not shown.
  static String problem(String key, String text, OtlpProtocol protocol) {
    String form =
        switch (protocol) {
          case HTTP_PROTOBUF -> "http://HOST:PORT or https://HOST:PORT/PATH";
          case GRPC -> "http://HOST:PORT or https://HOST:PORT, without a path, as grpc wants it";
        };
    return "%s: '%s' is not of the form %s".formatted(key, Listing.withoutPassword(text), form);
  }

  /// The whole URL.
  ///
  /// @param path OTLP's own over HTTP, for a URL without one
  static String whole(String url, OtlpProtocol protocol, String path) {
    return switch (protocol) {
      case HTTP_PROTOBUF -> posted(url, path);
      case GRPC -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    };
  }

  private static String posted(String url, String path) {
    return switch (URI.create(url).getRawPath()) {
      case "" -> url + path;
      case "/" -> url + path.substring(1);
      default -> url;
    };
  }
}
