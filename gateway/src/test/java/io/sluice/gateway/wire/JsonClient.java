package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.TestStack;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// A client of the protocol in JSON, one call at a time, whose data are looked at.
final class JsonClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WireClient socket;
  private final Deque<JsonNode> waiting = new ArrayDeque<>();

  JsonClient() throws IOException {
    socket = new WireClient(WireNode.port(), "/connection/websocket", "");
    call("connect", "{\"token\":\"" + TestStack.token("ann") + "\"}");
  }

  /// Asks, and takes the whole reply.
  JsonNode call(String method, String request) throws IOException {
    socket.write(Frame.text("{\"id\":1,\"" + method + "\":" + request + "}"));
    JsonNode reply = next();
    assertThat(reply.path("id").asInt()).isEqualTo(1);
    return reply;
  }

  JsonNode next() throws IOException {
    while (waiting.isEmpty()) {
      for (String line : socket.readFrame().text().split("\n", -1)) {
        waiting.add(JSON.readTree(line));
      }
    }
    return waiting.remove();
  }

  JsonNode publication() throws IOException {
    return next().path("push").path("pub");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
