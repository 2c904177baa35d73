package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.gateway.UniClient.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A node that reads Kafka later than another one, and what it tells clients that know more than it
/// does.
final class BehindTest {
  private static final String TAILER = "-tailer";

  private static LinkedKafka kafka;
  private static KafkaLink link;
  private static KafkaProducer<byte[], byte[]> producer;
  private static Gateway current;

  /// Reads through the link.
  private static Gateway behind;

  @BeforeAll
  static void start() throws Exception {
    kafka = new LinkedKafka();
    link = kafka.link();
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.direct()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    current = TestStack.node("behind", settings(kafka.direct()));
    behind = TestStack.node("behind", settings(kafka.throughLink()));
  }

  private static Map<String, String> settings(String bootstrapServers) {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap-servers", bootstrapServers);
    settings.put("kafka.partitions", "1");
    settings.put("redis.uri", "");
    settings.put("namespaces.short.topic", "behind.short");
    return settings;
  }

  @AfterAll
  static void stop() throws Exception {
    current.close();
    behind.close();
    producer.close();
    kafka.close();
  }

  private static void produce(String topic, String key, int value) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                topic, TestStack.bytes(key), TestStack.bytes(Integer.toString(value))))
        .get(10, TimeUnit.SECONDS);
  }

  @Test
  void whoHasSeenMoreThanTheNodeItComesToGoesOnFromThere() throws Exception {
    try (Follower ahead = Follower.of(current, "a");
        Follower beyond = Follower.of(current, "a");
        Follower here = Follower.of(behind, "a");
        UniClient uni = new UniClient(Kind.EVENTS, current, UniClient.query("ann", "a"), "")) {
      uni.next();
      link.hold(TAILER);
      for (int n = 1; n <= 3; n++) {
        produce("behind.default", "a", n);
        assertThat(ahead.next()).isEqualTo(Integer.toString(n));
        assertThat(uni.number()).isEqualTo(n);
      }
      long end = ahead.offset();
      assertThat(ahead.back(behind)).isTrue();
      assertThat(ahead.offset()).isEqualTo(end);
      try (Follower wrong = Follower.at(behind, "a", beyond.epoch(), end + 1);
          UniClient same =
              new UniClient(Kind.EVENTS, behind, UniClient.query("ann", "a"), uni.position())) {
        assertThat(wrong.again()).as("beyond the log's end").isFalse();
        assertThat(same.next().path("connect").path("subs").path("a").path("recovered").asBoolean())
            .isTrue();
        assertThat(here.rest()).isEmpty();

        link.release();
        assertThat(here.next(3)).containsExactly("1", "2", "3");
        produce("behind.default", "a", 4);
        assertThat(ahead.next()).isEqualTo("4");
        assertThat(same.number()).isEqualTo(4);
        assertThat(here.next()).isEqualTo("4");
        assertThat(ahead.rest()).isEmpty();
        assertThat(here.rest()).isEmpty();
      }
    } finally {
      link.release();
    }
  }

  /// What the log lost before this node had read it, its clients are told of; offsets still mean
  /// the same, so who knows more than it does is not.
  @Test
  void aNodeThatRetentionOvertakesSaysSoAndKeepsWhatIsStillTrue() throws Exception {
    String topic = "behind.short";
    try (Follower here = Follower.of(behind, "short:a");
        Follower quiet = Follower.of(behind, "short:quiet");
        Follower there = Follower.of(current, "short:a");
        Operator operator = new Operator(kafka.kafka())) {
      produce(topic, "a", 1);
      assertThat(here.next()).isEqualTo("1");
      String epoch = here.epoch();
      link.hold(TAILER);
      for (int n = 2; n <= 9; n++) {
        produce(topic, "a", n);
      }
      assertThat(there.next(9)).endsWith("8", "9");
      operator.deleteBefore(new TopicPartition(topic, 0), there.offset());
      link.release();

      assertThat(here.end()).as("what was on its way").hasSizeLessThan(8);
      assertThat(quiet.end()).isEmpty();
      assertThat(here.again()).isFalse();
      assertThat(quiet.again()).isFalse();
      there.cut();
      assertThat(there.back(behind)).as("who has all that was lost").isTrue();
      assertThat(here.epoch()).isEqualTo(epoch);
      produce(topic, "a", 10);
      for (Follower each : List.of(here, there)) {
        assertThat(each.next()).isEqualTo("10");
        assertThat(each.rest()).isEmpty();
      }
    } finally {
      link.release();
    }
  }

  /// Kafka has it, and its answer is on its way.
  @Test
  void aPublishIsFinishedThoughItsClientIsCutAndIsCountedAsUnknownToIt() throws Exception {
    EdgeProbe probe = new EdgeProbe(behind.apiPort());
    double before = probe.metric("sluice_edge_publishes_unheard_total");
    try (Follower follower = Follower.of(current, "cut");
        TestClient client = TestClient.connected(behind, "ann")) {
      client.command("publish", "{\"channel\":\"cut\",\"data\":41}");
      assertThat(follower.next()).isEqualTo("41");
      link.hold("-publisher");
      client.send("{\"id\":7,\"publish\":{\"channel\":\"cut\",\"data\":42}}");
      assertThat(follower.next()).as("stored, and not acknowledged yet").isEqualTo("42");

      client.cut();

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> probe.metric("sluice_edge_publishes_unheard_total") == before + 1);
    } finally {
      link.release();
    }
  }
}
