package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A node that is cut off from Kafka is dead to the others, and one of them tells services so.
@Tag("full")
final class NodeLostTest {
  @Test
  void ofThreeNodesOneIsLostAndToldOfOnce() throws Exception {
    try (LinkedKafka kafka = new LinkedKafka();
        Gateway one = node(kafka.direct());
        Gateway two = node(kafka.direct());
        Gateway lost = node(kafka.throughLink());
        ToldServices services = new ToldServices(kafka.direct(), "test.sessions")) {
      await().atMost(Duration.ofSeconds(10)).until(() -> seesThree(one) && seesThree(two));
      kafka.link().cut();

      List<JsonNode> told = services.events(lost.nodeId(), 1);
      assertThat(ToldServices.names(told)).containsExactly("node-lost");
      await().atMost(Duration.ofSeconds(10)).until(() -> !seesThree(one) && !seesThree(two));
      try (TestClient _ = TestClient.connected(one, "after");
          TestClient _ = TestClient.connected(two, "too")) {
        services.events("after", 1);
        services.events("too", 1);
      }
      assertThat(services.of(lost.nodeId())).hasSize(1);
      assertThat(services.of(one.nodeId())).isEmpty();
      assertThat(services.of(two.nodeId())).isEmpty();
    }
  }

  private static boolean seesThree(Gateway node) throws Exception {
    return new EdgeProbe(node.apiPort()).get("/metrics").contains("sluice_nodes 3.0");
  }

  private static Gateway node(String bootstrapServers) throws StartException {
    return TestStack.node(
        "node-lost",
        Map.of(
            "kafka.bootstrap-servers", bootstrapServers,
            "kafka.partitions", "2",
            "redis.uri", ""));
  }
}
