package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// `GET /api/openapi.json`: the description of the API (OpenAPI 3.1), kept by hand.
final class OpenApiPage implements Handler {
  static final String PATH = "/api/openapi.json";

  private final byte[] description = read();

  private static byte[] read() {
    try (InputStream in = OpenApiPage.class.getResourceAsStream("/openapi.json")) {
      return Objects.requireNonNull(in, "the jar lacks openapi.json").readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(description);
  }
}
