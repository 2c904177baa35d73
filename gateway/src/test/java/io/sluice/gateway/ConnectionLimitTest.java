package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A node that is full.
final class ConnectionLimitTest {
  private static Gateway gateway;
  private static EdgeProbe probe;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node("limit", Map.of("edge.max-connections", "1", "edge.allowed-origins", "*"));
    probe = new EdgeProbe(gateway.edgePort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void aFullNodeRefusesWebSocketsAndTellsEventStreamsToComeBack() throws Exception {
    try (Socket only = probe.webSocket("/connection/echo")) {
      assertThat(only.isConnected()).isTrue();
      String answer = probe.get("/connection/uni_sse?channels=a&token=" + TestStack.token("ann"));
      assertThat(answer)
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: text/event-stream")
          .containsPattern("retry: [1-4]\\d{3}\n")
          .doesNotContain("connect")
          .endsWith("0\r\n\r\n");
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> probe.webSocket("/connection/websocket"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("503")
          .hasMessageContaining("HTTP/1.1");
      assertThat(probe.get("/health")).as("no connection is wanted").startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whereAnyPageMayComeNoneMayBringCredentials() throws Exception {
    assertThat(probe.get("/health", "Origin: https://any.example"))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("access-control-allow-origin: *")
        .doesNotContainIgnoringCase("access-control-allow-credentials");
    assertThat(probe.get("/health", "Origin: http://127.0.0.1:" + gateway.edgePort()))
        .containsIgnoringCase("access-control-allow-credentials: true");
  }
}
