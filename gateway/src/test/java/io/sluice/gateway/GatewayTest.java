package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The node as a whole: its two listeners together, other nodes, start and end.
final class GatewayTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static JsonNode api(Gateway gateway, String method, String body) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + gateway.apiPort() + "/api/" + method))
                .header("X-API-Key", TestStack.API_KEY)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return TestClient.parse(answer.body());
  }

  @Test
  void aPublishThroughTheApiReachesSubscribersOfEveryNode() throws Exception {
    try (Gateway one = TestStack.node("api", Map.of());
        Gateway two = TestStack.node("api", Map.of());
        TestClient near = TestClient.connected(one, "ann");
        TestClient far = TestClient.connected(two, "bob")) {
      near.subscribe("news");
      far.subscribe("news");
      JsonNode result =
          api(one, "publish", "{\"channel\":\"news\",\"data\":{\"n\":1},\"tags\":{\"a\":\"b\"}}")
              .path("result");

      for (TestClient client : new TestClient[] {near, far}) {
        JsonNode publication = client.publication("news");
        assertThat(publication.path("offset").asLong()).isEqualTo(result.path("offset").asLong());
        assertThat(publication.path("tags").path("a").asText()).isEqualTo("b");
      }
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() ->
              api(one, "info", "{}")
                  .path("result")
                  .path("nodes")
                  .findValuesAsText("uid")
                  .equals(List.of(one.nodeId(), two.nodeId())));
      assertThat(
              api(one, "channels", "{}")
                  .path("result")
                  .path("channels")
                  .path("news")
                  .path("num_clients")
                  .asInt())
          .isEqualTo(2);
      JsonNode info = api(one, "info", "{}").path("result");
      assertThat(info.path("nodes").findValuesAsText("num_clients")).containsExactly("1", "1");
      assertThat(info.path("missing")).isEmpty();
      String once =
          "{\"channel\":\"news\",\"data\":{},\"idempotency_key\":\"%s\"}".formatted(one.nodeId());
      JsonNode first = api(one, "publish", once).path("result");
      assertThat(first.has("idempotency")).isFalse();
      assertThat(api(two, "publish", once).path("result")).isEqualTo(first);
      JsonNode next = api(two, "publish", "{\"channel\":\"news\",\"data\":{}}").path("result");
      assertThat(near.publication("news").path("offset")).isEqualTo(first.path("offset"));
      assertThat(near.publication("news").path("offset")).isEqualTo(next.path("offset"));
    }
  }

  @Test
  void aClosingNodeTellsItsClientsToGoElsewhere() throws Exception {
    Gateway gateway = TestStack.node("closing", Map.of());
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      gateway.close();
      assertThat(client.closeCode()).isEqualTo(3001);
    }
    gateway.close();
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsKey() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      assertThatThrownBy(() -> Gateway.start(TestStack.config("taken", Map.of("edge.port", port))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(port)
          .hasMessageContaining("edge.port");
      assertThatThrownBy(() -> Gateway.start(TestStack.config("taken", Map.of("api.port", port))))
          .isInstanceOf(StartException.class)
          .hasMessageContaining(port)
          .hasMessageContaining("api.port");
    }
  }

  /// Kafka is not asked before.
  @Test
  void aConfigurationThatTheHeapCannotHoldIsRefused() {
    assertThatThrownBy(() ->
            Gateway.start(
                TestStack.config(
                    "too-much",
                    Map.of(
                        "edge.max-connections", "10000000",
                        "kafka.bootstrap-servers", "127.0.0.1:1"))))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("memory: this configuration may take ")
        .hasMessageContaining("(edge.max-connections)");
  }

  /// So that a dashboard can hold what is taken against what may be.
  @Test
  void whatMayBeTakenAndWhatIsAreMetrics() throws Exception {
    try (Gateway gateway = TestStack.node("budget", Map.of());
        TestClient client = TestClient.connected(gateway, "ann")) {
      client.subscribe("news");
      EdgeProbe metrics = new EdgeProbe(gateway.apiPort());
      assertThat(metrics.metric("sluice_memory_budget_bytes{part=\"window\",place=\"heap\"}"))
          .isEqualTo(128 << 20);
      assertThat(metrics.metric("sluice_memory_used_bytes{part=\"window\"}")).isNotNegative();
      assertThat(metrics.metric("sluice_memory_used_bytes{part=\"buffers\"}")).isPositive();
      assertThat(metrics.metric("process_files_open_files"))
          .isBetween(1.0, metrics.metric("process_files_max_files"));
      assertThat(metrics.metric("process_uptime_seconds")).isPositive();
      assertThat(metrics.metric("jvm_threads_live_threads")).isPositive();
    }
  }

  @Test
  void aMissingTopicIsNamedWithTheKeyToChange() {
    assertThatThrownBy(() ->
            Gateway.start(
                TestStack.config("missing-topic", Map.of("kafka.create-topics", "false"))))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("missing-topic.default")
        .hasMessageContaining("kafka.create-topics");
  }

  @Test
  void theVersionIsThePomsVersion() throws Exception {
    Path pom = Path.of(System.getProperty("sluice.root", ".."), "pom.xml");
    assertThat(Files.readString(pom)).contains("<version>" + Version.CURRENT + "</version>");
  }
}
