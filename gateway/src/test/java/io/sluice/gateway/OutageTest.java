package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.embedded.EmbeddedKafka;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Kafka is away while clients are connected, and comes back.
@Timeout(300)
final class OutageTest {
  private static final int CHANNELS = 8;

  /// Numbers that were published while Kafka was away begin here.
  private static final int DOUBTFUL = 1_000;

  private static final String REFUSALS =
      "sluice_breaker_refusals_total{breaker=\"kafka:outage.default\"}";

  private static EmbeddedKafka kafka;
  private static Gateway node;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    node =
        TestStack.node(
            "outage",
            Map.of(
                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                "redis.uri", "",
                "edge.ping-interval", "10m", // these clients do not answer pings
                "watchdog.stall", "1s",
                "publish.max-block", "500ms",
                "publish.request-timeout", "500ms",
                "publish.delivery-timeout", "1s"));
  }

  @AfterAll
  static void stop() {
    node.close();
    kafka.close();
  }

  @Test
  void nobodyIsClosedAndNothingIsLostOrComesTwice() throws Exception {
    survive(Duration.ZERO);
  }

  @Test
  @Tag("full")
  void norWhenItIsAwayForMinutes() throws Exception {
    survive(Duration.ofMinutes(2));
  }

  /// Nobody waits for Kafka once it is known to be away.
  @Test
  void publishesAreRefusedAtOnceUntilItIsBack() throws Exception {
    EdgeProbe api = new EdgeProbe(node.apiPort());
    try (Follower client = Follower.of(node, "refused")) {
      assertThat(publishByApi(0).statusCode()).isEqualTo(200);
      kafka.stop();
      try {
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> {
              double before = api.metric(REFUSALS);
              HttpResponse<String> answer = publishByApi(1);
              return answer.statusCode() == 503
                  && answer.headers().firstValue("Retry-After").isPresent()
                  && api.metric(REFUSALS) > before;
            });
        assertThat(api.get("/health/ready")).startsWith("HTTP/1.1 200");
        double refused = api.metric(REFUSALS);
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> !publish(client, DOUBTFUL) && api.metric(REFUSALS) > refused);
      } finally {
        kafka.start();
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> publishByApi(2).statusCode() == 200);
      await().atMost(Duration.ofSeconds(5)).until(() -> publish(client, 3));
    }
  }

  private static HttpResponse<String> publishByApi(int number) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.apiPort() + "/api/publish"))
              .header("X-API-Key", TestStack.API_KEY)
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"channel\":\"refused\",\"data\":%d}".formatted(number)))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static void survive(Duration away) throws Exception {
    List<Follower> all = new ArrayList<>();
    try (Follower published = Follower.of(node, "published")) {
      for (int i = 0; i < CHANNELS; i++) {
        all.add(Follower.of(node, "k" + i));
      }
      produceToAll(1);
      for (Follower follower : all) {
        assertThat(follower.next()).isEqualTo("1");
      }
      List<Integer> acknowledged = new ArrayList<>();
      assertThat(publish(published, 1)).isTrue();
      acknowledged.add(1);

      kafka.stop();
      AtomicInteger doubtful = new AtomicInteger(DOUBTFUL);
      long until = System.nanoTime() + away.toNanos();
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofSeconds(1))
          .atMost(away.plusMinutes(1))
          .until(() -> {
            for (int i = 0; i < 3; i++) {
              assertThat(publish(published, doubtful.getAndIncrement())).isFalse();
            }
            assertMemoryServes(all.getFirst());
            return System.nanoTime() - until >= 0;
          });
      if (!away.isZero()) {
        assertThat(new EdgeProbe(node.apiPort()).get("/health"))
            .contains("\"status\":\"degraded\"")
            .contains("\"kafka\":{\"state\":\"degraded\"");
      }
      kafka.start();

      AtomicInteger tried = new AtomicInteger(1);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> publish(published, tried.incrementAndGet()));
      int last = tried.get();
      acknowledged.add(last);
      produceToAll(2);
      produceToAll(3);
      for (Follower follower : all) {
        assertThat(follower.next(2)).containsExactly("2", "3");
        assertThat(follower.rest()).isEmpty();
        assertThat(follower.client().closed()).isNotDone();
      }
      assertHears(published, acknowledged, last);
      assertThat(published.client().closed()).isNotDone();
      assertThat(
              new EdgeProbe(node.apiPort()).metric("sluice_watchdog_hangs_total{kind=\"tailer\"}"))
          .as("its absence is no hang")
          .isZero();
      for (Follower follower : all) {
        follower.cut();
        assertThat(follower.back(node)).isTrue();
        assertThat(follower.rest()).isEmpty();
      }
    } finally {
      all.forEach(Follower::close);
    }
  }

  /// @return whether it was acknowledged; not: error 100
  private static boolean publish(Follower by, int number) throws Exception {
    JsonNode reply =
        by.client()
            .command("publish", "{\"channel\":\"%s\",\"data\":%d}".formatted(by.channel(), number));
    if (reply.has("error")) {
      assertThat(reply.path("error").path("code").asInt()).isEqualTo(100);
      assertThat(reply.path("error").path("temporary").asBoolean()).isTrue();
      return false;
    }
    return true;
  }

  /// Who comes in while Kafka is away, and who comes back with what the window has.
  private static void assertMemoryServes(Follower live) throws Exception {
    try (Follower fresh = Follower.of(node, live.channel());
        Follower back = Follower.at(node, live.channel(), live.epoch(), 0)) {
      assertThat(fresh.rest()).isEmpty();
      assertThat(back.again()).isTrue();
      assertThat(back.next()).isEqualTo("1");
    }
    assertThat(live.client().command("ping", "{}").has("ping")).isTrue();
    assertThat(new EdgeProbe(node.apiPort()).get("/health/ready")).startsWith("HTTP/1.1 200");
  }

  /// What was acknowledged comes once and in order; what was answered with error 100 may have been
  /// stored.
  private static void assertHears(Follower published, List<Integer> acknowledged, int last)
      throws Exception {
    List<Integer> heard = new ArrayList<>();
    while (!heard.contains(last)) {
      heard.add(Integer.valueOf(published.next()));
    }
    Set<Integer> different = new HashSet<>(heard);
    assertThat(heard).hasSameSizeAs(different).containsSubsequence(acknowledged);
    assertThat(published.rest()).isEmpty();
  }

  /// By a service that is not idempotent: a broker that was started again in this JVM may give one
  /// producer id to two producers.
  private static void produceToAll(int value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "enable.idempotence", false),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < CHANNELS; i++) {
        producer
            .send(
                new ProducerRecord<>(
                    "outage.default",
                    TestStack.bytes("k" + i),
                    TestStack.bytes(Integer.toString(value))))
            .get(10, TimeUnit.SECONDS);
      }
    }
  }
}
