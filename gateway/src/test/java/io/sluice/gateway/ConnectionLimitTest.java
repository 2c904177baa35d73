package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
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
        TestStack.node(
            "limit",
            Map.of(
                "edge.max-connections", "1",
                "edge.max-turned-away", "1",
                "edge.allowed-origins", "*"));
    probe = new EdgeProbe(gateway.edgePort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void aFullNodeTellsWebSocketsAndEventStreamsToComeBack() throws Exception {
    try (Socket only = probe.webSocket("/connection/echo")) {
      assertThat(only.isConnected()).isTrue();
      String answer = probe.get("/connection/uni_sse?channels=a&token=" + TestStack.token("ann"));
      assertThat(answer)
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: text/event-stream")
          .containsPattern("retry: [1-4]\\d{3}\n")
          .doesNotContain("connect")
          .endsWith("0\r\n\r\n");
      double before = refusals("connections");
      long start = System.nanoTime();
      try (Socket turnedAway = probe.webSocket("/connection/websocket")) {
        turnedAway.getOutputStream().write(EdgeProbe.frame(1, TestStack.bytes("not JSON")));
        try (Socket more = probe.open()) {
          assertThat(probe.upgrade(more, "/connection/websocket"))
              .as("one may wait, edge.max-turned-away")
              .startsWith("HTTP/1.1 503")
              .containsPattern("(?i)retry-after: [1-4]\r\n");
        }
        assertThat(EdgeProbe.closeCode(turnedAway.getInputStream())).isEqualTo(3013);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThan(Duration.ofSeconds(1));
      }
      assertThat(refusals("connections")).isEqualTo(before + 2);
      try (Socket again = probe.webSocket("/connection/uni_websocket?channels=a&token=x")) {
        assertThat(EdgeProbe.closeCode(again.getInputStream()))
            .as("the room is free again")
            .isEqualTo(3013);
      }
      try (Socket echo = probe.open()) {
        assertThat(probe.upgrade(echo, "/connection/echo"))
            .as("a probe knows no 3013")
            .startsWith("HTTP/1.1 503");
      }
      assertThat(probe.get("/health")).as("no connection is wanted").startsWith("HTTP/1.1 200");
    }
  }

  private static double refusals(String reason) throws IOException {
    return new EdgeProbe(gateway.apiPort())
        .metric("sluice_edge_refusals_total{reason=\"" + reason + "\"}");
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
