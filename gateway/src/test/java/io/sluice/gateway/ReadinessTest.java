package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.embedded.EmbeddedRedis;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a node says of itself while what it depends on is away.
@Timeout(180)
final class ReadinessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static JsonNode health(Gateway node) throws IOException {
    String answer = new EdgeProbe(node.apiPort()).get("/health");
    return new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
  }

  private static String state(Gateway node, String check) throws IOException {
    return health(node).path("checks").path(check).path("state").asText();
  }

  private static boolean answers(int port, String path, int status) throws IOException {
    return new EdgeProbe(port).get(path).startsWith("HTTP/1.1 " + status);
  }

  @Test
  void withoutRedisItIsDegradedAndReady() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        Gateway node = TestStack.node("ready", Map.of("redis.uri", redis.uri()))) {
      assertThat(health(node).path("status").asText()).isEqualTo("up");
      redis.stop();
      await().atMost(PATIENCE).until(() -> state(node, "redis").equals("degraded"));
      JsonNode health = health(node);
      assertThat(health.path("status").asText()).isEqualTo("degraded");
      assertThat(health.path("breakers").path("redis").path("state").asText()).isEqualTo("open");
      assertThat(answers(node.apiPort(), "/health/ready", 200)).isTrue();
      assertThat(answers(node.apiPort(), "/health/live", 200)).isTrue();
      assertThat(answers(node.edgePort(), "/health", 200)).isTrue();
      redis.start();
      await().atMost(PATIENCE).until(() -> state(node, "redis").equals("up"));
    }
  }

  /// A broker that takes connections and answers nothing.
  @Test
  @Tag("full")
  void withoutKafkaItIsDegradedAndAfterTheGraceNotReady() throws Exception {
    try (LinkedKafka kafka = new LinkedKafka();
        Gateway node =
            TestStack.node(
                "ready",
                Map.of(
                    "kafka.bootstrap-servers", kafka.throughLink(),
                    "redis.uri", "",
                    "watchdog.stall", "1s",
                    "kafka.ready-grace", "5s"))) {
      kafka.link().hold("-admin");
      await().atMost(PATIENCE).until(() -> state(node, "kafka").equals("degraded"));
      assertThat(answers(node.apiPort(), "/health/ready", 200)).isTrue();
      await().atMost(PATIENCE).until(() -> answers(node.apiPort(), "/health/ready", 503));
      assertThat(state(node, "kafka")).isEqualTo("down");
      assertThat(answers(node.apiPort(), "/health/live", 200)).isTrue();
      await().until(() -> answers(node.edgePort(), "/health", 503));
      kafka.link().release();
      await().atMost(PATIENCE).until(() -> answers(node.apiPort(), "/health/ready", 200));
    }
  }

  /// Kafka answers, but what it has does not come.
  @Test
  @Tag("full")
  void whoIsTooFarBehindIsNotReady() throws Exception {
    try (LinkedKafka kafka = new LinkedKafka();
        Gateway node =
            TestStack.node(
                "ready",
                Map.of(
                    "kafka.bootstrap-servers", kafka.throughLink(),
                    "redis.uri", "",
                    "watchdog.stall", "1s",
                    "kafka.ready-lag", "10s"))) {
      kafka.link().hold("-tailer");
      try (TestClient client = TestClient.connected(node, "ann")) {
        assertThat(client.command("publish", "{\"channel\":\"a\",\"data\":1}").has("publish"))
            .isTrue();
      }
      EdgeProbe api = new EdgeProbe(node.apiPort());
      await().atMost(PATIENCE).until(() -> answers(node.apiPort(), "/health/ready", 503));
      assertThat(health(node).path("checks").path("tailing").path("detail").asText())
          .matches("ready\\.default/\\d is \\d+ s behind, more than kafka.ready-lag, 10 s");
      assertThat(state(node, "kafka")).isEqualTo("up");
      assertThat(api.metric("sluice_tailer_behind_records{namespace=\"default\"}")).isOne();
      assertThat(api.metric("sluice_watchdog_hangs_total{kind=\"tailer\"}"))
          .as("it goes round all the same")
          .isZero();
      kafka.link().release();
      await().atMost(PATIENCE).until(() -> answers(node.apiPort(), "/health/ready", 200));
    }
  }
}
