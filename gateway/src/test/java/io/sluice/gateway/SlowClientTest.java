package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A client that does not read costs nobody else anything.
final class SlowClientTest {
  private static final String TOPIC = "slow.default";
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = TestStack.node("slow", Map.of("edge.outbox", "64KiB", "edge.loops", "1"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @Test
  void aClientThatNeverReadsIsClosedWhileItsNeighbourGetsEverything() throws Exception {
    EdgeProbe probe = new EdgeProbe(gateway.edgePort());
    try (Socket stuck = probe.webSocket("/connection/websocket");
        TestClient neighbour = TestClient.connected(gateway, "ann")) {
      String commands =
          "{\"id\":1,\"connect\":{\"token\":\"%s\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"flood\"}}"
              .formatted(TestStack.token("bob"));
      stuck.getOutputStream().write(EdgeProbe.frame(1, commands.getBytes(StandardCharsets.UTF_8)));
      EdgeProbe.read(stuck.getInputStream());
      neighbour.subscribe("flood");
      String big = "\"" + "x".repeat(50_000) + "\"";
      for (int i = 0; i < 400; i++) {
        TestStack.produce(TOPIC, "flood", big);
        neighbour.publication("flood");
      }

      String metrics = new EdgeProbe(gateway.apiPort()).get("/metrics");
      assertThat(metrics).contains("sluice_edge_closings_total{reason=\"slow\"} 1.0");
    }
  }

  @Test
  void aBurstInOneBatchReachesAClientThatReads() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("burst");
      String value = "\"" + "x".repeat(600) + "\"";
      TestStack.produceBatch(TOPIC, "burst", value, 1_000);
      for (int i = 0; i < 1_000; i++) {
        assertThat(client.publication("burst").path("data").asText()).hasSize(600);
      }
      assertThat(new EdgeProbe(gateway.apiPort()).metric("sluice_edge_deliveries_total"))
          .isGreaterThanOrEqualTo(1_000);
    }
  }

  @Test
  void oneLargePublicationIsDeliveredWholeWhateverTheOutboxHolds() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("large");
      String big = "\"" + "x".repeat(900_000) + "\"";
      TestStack.produce(TOPIC, "large", big);
      assertThat(client.publication("large").path("data").asText()).hasSize(900_000);
    }
  }
}
