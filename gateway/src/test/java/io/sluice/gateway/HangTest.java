package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.edge.Application;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node one of whose event loops hangs: an application waits on it.
final class HangTest {
  private static final String LOOPS = "sluice_health{check=\"loops\",state=\"down\"}";

  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger exits = new AtomicInteger();

  private final class Waiting implements Application {
    @Override
    public CompletionStage<Answer> call(Caller caller, String method, byte[] data) {
      try {
        release.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return CompletableFuture.completedFuture(new Answer.Done(data));
    }

    @Override
    public void sent(Caller caller, byte[] data) {
      var _ = call(caller, "", data);
    }
  }

  @AfterEach
  void release() {
    release.countDown();
  }

  private static JsonNode get(Gateway node, String path) throws IOException {
    String answer = new EdgeProbe(node.apiPort()).get(path, "X-API-Key: " + TestStack.API_KEY);
    return new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  @Test
  void itIsNotReadyTellsWhyAndEndsTheProcessButForThat(@TempDir Path folder) throws Exception {
    Map<String, String> settings =
        Map.of(
            "edge.loops", "2",
            "watchdog.stall", "500ms",
            "watchdog.exit-after", "1500ms",
            "node.id", "hanging",
            "node.snapshot-dir", folder.toString());
    try (Gateway node =
            Gateway.start(
                TestStack.config("hang", settings), new Waiting(), exits::incrementAndGet);
        TestClient client = TestClient.connected(node, "ann")) {
      EdgeProbe api = new EdgeProbe(node.apiPort());
      await().until(() -> api.get("/health").startsWith("HTTP/1.1 200"));
      assertThat(get(node, "/health").path("status").asText()).isEqualTo("up");
      assertThat(api.metric(LOOPS)).isZero();
      client.send("{\"send\":{\"data\":1}}");

      await().until(() -> api.get("/health/ready").startsWith("HTTP/1.1 503"));
      JsonNode health = get(node, "/health");
      assertThat(health.path("live").asBoolean()).isFalse();
      assertThat(health.path("checks").path("loops").path("state").asText()).isEqualTo("down");
      assertThat(health.path("checks").path("loops").path("detail").asText())
          .matches("sluice-loop-\\d+-\\d does not go on");
      assertThat(api.metric(LOOPS)).isOne();
      assertThat(api.metric("sluice_ready")).isZero();
      assertThat(api.metric("sluice_watchdog_hangs_total{kind=\"loop\"}")).isOne();
      JsonNode state = get(node, "/api/v1/state");
      assertThat(state.path("threads").path("hung")).hasSize(1);
      assertThat(state.path("threads").path("loops").findValues("answers"))
          .as("of two loops one answers")
          .extracting(JsonNode::asBoolean)
          .containsExactlyInAnyOrder(true, false);

      await().atMost(Duration.ofSeconds(20)).until(() -> exits.get() == 1);
      assertThat(files(folder)).hasSize(1).allMatch(it -> it.toString().endsWith("-hang.json"));
      release.countDown();
      await().until(() -> api.get("/health/ready").startsWith("HTTP/1.1 200"));
      assertThat(exits).hasValue(1);
    }
    assertThat(files(folder)).hasSize(2);
    JsonNode last = new ObjectMapper().readTree(Files.readString(files(folder).getLast()));
    assertThat(last.path("node").path("id").asText()).isEqualTo("hanging");
    assertThat(last.path("errors").path("newest").findValuesAsText("message"))
        .anyMatch(line -> line.startsWith("a thread hangs thread=sluice-loop-"));
  }
}
