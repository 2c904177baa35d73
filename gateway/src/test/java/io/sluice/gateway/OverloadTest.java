package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.edge.Application;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A node whose heap is too full: who is there is served, and nobody else.
final class OverloadTest {
  private static final int BALLAST_PERCENT = 40;
  private static final String TOPIC = "overload.default";

  @Test
  void whatIsAskedForIsRefusedStepByStepAndLiveDeliveryGoesOn() throws Exception {
    int bound = inUsePercent() + BALLAST_PERCENT / 2;
    try (Gateway gateway =
            TestStack.node(
                "overload",
                Map.of(
                    "shed.memory", Integer.toString(bound),
                    "namespaces.default.history", "true",
                    "namespaces.default.presence", "true",
                    "namespaces.default.read", "authenticated"));
        TestClient client = welcomed(gateway)) {
      EdgeProbe api = new EdgeProbe(gateway.apiPort());
      EdgeProbe edge = new EdgeProbe(gateway.edgePort());
      byte[][] ballast = ballast();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> {
            System.gc(); // what is measured is what is left by one
            return api.metric("sluice_shed_level") == 3;
          });

      TestClient late = TestClient.silent(gateway);
      assertThat(code(client.command("history", "{\"channel\":\"a\",\"limit\":10}")))
          .isEqualTo(111);
      assertThat(code(client.command("presence", "{\"channel\":\"a\"}"))).isEqualTo(111);
      JsonNode refused = client.subscribe("b");
      assertThat(code(refused)).isEqualTo(111);
      assertThat(refused.path("error").path("temporary").asBoolean()).isTrue();
      assertThat(edge.get("/connection/uni_sse?channels=a&token=" + TestStack.token("eve")))
          .startsWith("HTTP/1.1 200")
          .containsPattern("retry: [1-4]\\d{3}\n");
      try (Socket echo = edge.open()) {
        assertThat(edge.upgrade(echo, "/connection/echo"))
            .startsWith("HTTP/1.1 503")
            .containsPattern("(?i)retry-after: [1-4]\r\n");
      }
      assertThat(history(gateway)).contains("\"code\":111");
      assertThat(edge.get("/health")).as("all would leave the balancer").startsWith("HTTP/1.1 200");
      assertThat(api.get("/health/ready")).contains("refuses up to history");
      assertThat(api.metric("sluice_shed_total{what=\"handshakes\"}")).isGreaterThanOrEqualTo(3);
      assertThat(api.metric("sluice_edge_refusals_total{reason=\"overload\"}"))
          .isGreaterThanOrEqualTo(3);

      var _ = TestStack.produce(TOPIC, "a", "{\"n\":1}");
      assertThat(client.publication("a").path("data").path("n").asInt()).isEqualTo(1);
      assertThat(code(client.command("publish", "{\"channel\":\"a\",\"data\":2}"))).isZero();
      assertThat(client.publication("a").path("data").asInt()).isEqualTo(2);
      assertThat(late.closeCode()).isEqualTo(3013);
      assertThat(ballast).as("kept until here").isNotEmpty();
    }
  }

  /// An application that waits where it must not.
  private record Hog(CountDownLatch until) implements Application {
    @Override
    public CompletionStage<Answer> call(Caller caller, String method, byte[] data) {
      return NONE.call(caller, method, data);
    }

    @Override
    public void sent(Caller caller, byte[] data) {
      try {
        until.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void aLoopThatIsLateIsFoundOutWhileItIs() throws Exception {
    Map<String, String> settings = Map.of("edge.loops", "1", "shed.loop-lag", "500ms");
    CountDownLatch seen = new CountDownLatch(1);
    try (Gateway gateway = Gateway.start(TestStack.config("overload", settings), new Hog(seen));
        TestClient client = TestClient.connected(gateway, "ann")) {
      EdgeProbe api = new EdgeProbe(gateway.apiPort());
      assertThat(api.metric("sluice_shed_level")).isZero();
      client.send("{\"send\":{\"data\":1}}");
      try {
        await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(() -> {
              assertThat(api.metric("sluice_shed_level")).isGreaterThanOrEqualTo(1);
              assertThat(api.metric("sluice_loop_lag_seconds")).isGreaterThan(0.5);
            });
      } finally {
        seen.countDown();
      }
    }
  }

  private static int inUsePercent() {
    System.gc();
    Runtime jvm = Runtime.getRuntime();
    return (int) ((jvm.totalMemory() - jvm.freeMemory()) * 100 / jvm.maxMemory());
  }

  private static byte[][] ballast() {
    long megabytes = (Runtime.getRuntime().maxMemory() * BALLAST_PERCENT / 100) >> 20;
    byte[][] all = new byte[(int) megabytes][];
    for (int i = 0; i < all.length; i++) {
      all[i] = new byte[1 << 20];
    }
    return all;
  }

  /// Subscribed before anything is refused.
  private static TestClient welcomed(Gateway gateway) throws Exception {
    TestClient client = TestClient.connected(gateway, "ann");
    assertThat(client.subscribe("a").has("subscribe")).isTrue();
    return client;
  }

  private static int code(JsonNode reply) {
    return reply.path("error").path("code").asInt();
  }

  private static String history(Gateway gateway) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + gateway.apiPort() + "/api/history");
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("X-API-Key", TestStack.API_KEY)
              .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"a\",\"limit\":1}"))
              .build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }
}
