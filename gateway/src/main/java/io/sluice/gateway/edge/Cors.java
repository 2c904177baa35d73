package io.sluice.gateway.edge;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/// What an answer says to the browser of the page that asked (Fetch §3.3). Pure.
final class Cors {
  private final Origins origins;

  Cors(Origins origins) {
    this.origins = origins;
  }

  /// Headers of every answer to this request, or nothing when its page may not ask. Without an
  /// `Origin` it is no browser.
  Optional<HttpHeaders> of(HttpRequest head) {
    HttpHeaders headers = new DefaultHttpHeaders();
    String origin = head.headers().get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return Optional.of(headers);
    }
    headers.set(HttpHeaderNames.VARY, "Origin");
    return switch (origins.judge(origin, head.headers().get(HttpHeaderNames.HOST, ""))) {
      case TRUSTED ->
          Optional.of(
              headers
                  .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                  .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"));
      case ANYONE ->
          Optional.of(headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, Origins.ANY));
      case REFUSED -> Optional.empty();
    };
  }

  /// Adds what a preflight asks for (Fetch §3.3.3). Cached for an hour, so that a page asks once.
  static void preflight(HttpRequest head, HttpHeaders cors) {
    cors.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
    String wanted = head.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (wanted != null) {
      cors.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    cors.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "3600");
  }
}
