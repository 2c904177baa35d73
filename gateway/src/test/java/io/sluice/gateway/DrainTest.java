package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A node that closes: everyone is told, whatever they were about to do.
final class DrainTest {
  private static final Map<String, String> ONE_LOOP =
      Map.of("edge.loops", "1", "drain.duration", "20s");

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void everyKindOfSocketIsToldAndWaitedFor() throws Exception {
    Gateway gateway = TestStack.node("drain", ONE_LOOP);
    EdgeProbe probe = new EdgeProbe(gateway.edgePort());
    try (TestClient client = TestClient.connected(gateway, "ann");
        Socket echo = probe.webSocket("/connection/echo");
        Socket idle = probe.open();
        Socket stream = probe.open();
        Socket late = probe.open()) {
      write(idle, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
      EdgeProbe.head(idle.getInputStream());
      write(
          stream,
          "GET /connection/uni_sse?channels=a&token=%s HTTP/1.1\r\nHost: x\r\n\r\n"
              .formatted(TestStack.token("bob")));
      EdgeProbe.head(stream.getInputStream());
      write(late, "GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n");
      Thread closing = Thread.startVirtualThread(gateway::close);

      assertThat(client.closeCode()).isEqualTo(3001);
      assertThat(EdgeProbe.closeCode(echo.getInputStream())).isEqualTo(1001);
      echo.shutdownOutput();
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
      assertThat(new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("3001");
      stream.shutdownOutput();
      assertThat(closing.isAlive()).as("a handshake is still on its way").isTrue();
      write(
          late,
          """
          Connection: Upgrade\r
          Sec-WebSocket-Version: 13\r
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
          \r
          """);
      assertThat(EdgeProbe.head(late.getInputStream()))
          .startsWith("HTTP/1.1 503")
          .containsIgnoringCase("connection: close");
      late.shutdownOutput();
      await().atMost(Duration.ofSeconds(15)).until(() -> !closing.isAlive());
    }
  }

  @Test
  void whoDoesNotGoIsCutWhenPatienceEnds() throws Exception {
    Gateway gateway = TestStack.node("drain", Map.of("edge.loops", "1", "drain.duration", "500ms"));
    try (Socket deaf = new EdgeProbe(gateway.edgePort()).webSocket("/connection/echo")) {
      gateway.close();
      assertThat(EdgeProbe.closeCode(deaf.getInputStream())).isEqualTo(1001);
    }
  }
}
