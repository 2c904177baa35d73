package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/// Errors of resources, `application/problem+json` (RFC 9457).
final class Problem {
  private Problem() {}

  /// @param detail for people: what is wrong, with the value and the limit
  static void send(ServerResponse response, Status status, String detail) {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "about:blank")
            .put("title", status.reasonPhrase())
            .put("status", status.code())
            .put("detail", detail)
            .toString();
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(body.getBytes(StandardCharsets.UTF_8));
  }
}
