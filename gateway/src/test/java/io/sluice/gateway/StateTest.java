package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a node says that it is doing.
final class StateTest {
  private static Gateway node;

  @BeforeAll
  static void start() throws Exception {
    node = TestStack.node("state", Map.of("node.id", "n-1"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String state(String... headers) throws IOException {
    return new EdgeProbe(node.apiPort()).get("/api/v1/state", headers);
  }

  private static String body() throws IOException {
    String answer = state("X-API-Key: " + TestStack.API_KEY);
    assertThat(answer).startsWith("HTTP/1.1 200");
    return answer.substring(answer.indexOf("\r\n\r\n"));
  }

  private static JsonNode json() throws IOException {
    return new ObjectMapper().readTree(body());
  }

  @Test
  void itNeedsTheKey() throws Exception {
    assertThat(state()).startsWith("HTTP/1.1 401");
  }

  @Test
  void itSaysWhatAnOperatorNeedsAndNothingThatClientsChose() throws Exception {
    try (TestClient client = TestClient.connected(node, "ann-4711");
        TestClient uni =
            TestClient.uni(node, "channels=room-4711&token=" + TestStack.token("bob-4711"))) {
      client.subscribe("room-4711");
      TestStack.produce("state.default", "room-4711", "\"payload-4711\"");
      client.publication("room-4711");
      uni.next(message -> message.has("pub"));
      LoggerFactory.getLogger("io.sluice.gateway.Test")
          .warn("on purpose channel={} bytes={}", "room-4711", 12);
      await().until(() -> json().path("connections").path("subscriptions").asInt() == 2);

      String text = body();
      JsonNode state = new ObjectMapper().readTree(text);
      assertThat(state.path("node").path("id").asText()).isEqualTo("n-1");
      assertThat(state.path("node").path("configuration").asText()).matches("[0-9a-f]{12}");
      assertThat(state.path("health").path("checks").path("kafka").path("state").asText())
          .isEqualTo("up");
      assertThat(state.path("health").path("breakers").path("redis").path("state").asText())
          .isEqualTo("closed");
      assertThat(
              state
                  .path("health")
                  .path("breakers")
                  .path("kafka:state.default")
                  .path("state")
                  .asText())
          .isEqualTo("closed");
      assertThat(state.path("connections").path("byState").path("connected").asInt()).isEqualTo(2);
      assertThat(state.path("connections").path("byTransport"))
          .isEqualTo(new ObjectMapper().readTree("{\"uni_websocket\":1,\"websocket\":1}"));
      assertThat(state.path("outboxes").path("limit").asLong()).isEqualTo(64 << 20);
      assertThat(state.path("threads").path("loops")).hasSize(2);
      assertThat(state.path("threads").path("tailers").get(0).asText())
          .isEqualTo("sluice-tailer-read_committed");
      assertThat(state.path("positions").path("partitions").asInt()).isEqualTo(12);
      assertThat(state.path("positions").path("farthestBehind").findValues("tail"))
          .anyMatch(tail -> tail.asLong() == 1);
      assertThat(state.path("memory").path("budget").path("window, heap").asLong()).isPositive();
      assertThat(state.path("errors").path("newest").findValuesAsText("message"))
          .contains("on purpose channel=… bytes=12");
      assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(NodeState.MOST_BYTES);
      assertThat(text).doesNotContain("4711", TestStack.API_KEY, TestStack.SECRET);
    }
  }

  /// Kafka is asked where logs end, whoever reads them.
  @Test
  void howFarReadingIsBehindIsKnown() throws Exception {
    await()
        .until(() ->
            json().path("positions").path("farthestBehind").findValues("logEnd").size() == 12);
    EdgeProbe api = new EdgeProbe(node.apiPort());
    assertThat(api.metric("sluice_tailer_behind_records{namespace=\"default\"}")).isZero();
    assertThat(api.metric("sluice_tailer_late_seconds{namespace=\"default\"}")).isZero();
    assertThat(api.metric("sluice_breaker_state{breaker=\"redis\",state=\"closed\"}")).isOne();
    assertThat(api.metric("sluice_breaker_state{breaker=\"kafka:state.text\",state=\"open\"}"))
        .isZero();
    assertThat(api.metric("sluice_health{check=\"redis\",state=\"up\"}")).isOne();
    assertThat(api.metric("sluice_health_since_seconds{check=\"kafka\"}")).isPositive();
    assertThat(api.metric("sluice_health{check=\"load\",state=\"up\"}")).isOne();
    assertThat(api.metric("sluice_live")).isOne();
  }

  /// As a folder on a server that is away, or a log whose reader has stopped.
  @Test
  void aPlaceThatHangsDoesNotKeepANodeFromLeaving() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    AppenderBase<ILoggingEvent> hanging =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            try {
              hangs.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
          }
        };
    hanging.start();
    Logger log = (Logger) LoggerFactory.getLogger(Snapshots.class);
    log.addAppender(hanging);
    try {
      Gateway leaving = TestStack.node("state", Map.of("node.id", "n-3", "redis.uri", ""));
      assertTimeoutPreemptively(Duration.ofSeconds(20), leaving::close);
    } finally {
      hangs.countDown();
      log.detachAppender(hanging);
    }
  }

  @Test
  void whatANodeWasDoingIsInTheLogWhenItEnds() throws Exception {
    Logger log = (Logger) LoggerFactory.getLogger(Snapshots.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      TestStack.node("state", Map.of("node.id", "n-2", "redis.uri", "")).close();
    } finally {
      log.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .hasSize(8)
        .allMatch(line -> line.startsWith("state why=closing section="))
        .allMatch(line -> line.length() < Snapshots.MOST_OF_A_LINE + 100)
        .anyMatch(line -> line.startsWith("state why=closing section=node {\"id\":\"n-2\","));
  }
}
