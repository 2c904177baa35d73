package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/// JSON answers.
final class Json {
  private Json() {}

  static void send(ServerResponse response, Status status, JsonNode body) {
    send(response, status, body.toString());
  }

  static void send(ServerResponse response, Status status, String body) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .send(body.getBytes(StandardCharsets.UTF_8));
  }
}
