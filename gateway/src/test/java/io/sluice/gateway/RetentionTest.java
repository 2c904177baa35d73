package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Kafka deletes what is old under clients that are connected. Without Redis.
@Tag("full")
@Execution(ExecutionMode.CONCURRENT)
final class RetentionTest {
  private static final Duration RETENTION = Duration.ofMinutes(10);
  private static Gateway here;

  @BeforeAll
  static void start() throws Exception {
    for (String namespace : List.of("rolls", "expires", "seconds")) {
      TestStack.kafka()
          .createTopic(topic(namespace), 1, Map.of("retention.ms", "-1", "segment.ms", "1000"));
    }
    here = TestStack.node("retention", settings());
  }

  private static Map<String, String> settings() {
    return Map.of(
        "window.age", "0s",
        "redis.uri", "",
        "kafka.partitions", "1",
        "edge.ping-interval", "10m", // these clients do not answer pings
        "namespaces.seconds.topic", topic("seconds"),
        "namespaces.rolls.topic", topic("rolls"),
        "namespaces.expires.topic", topic("expires"));
  }

  @AfterAll
  static void stop() {
    here.close();
  }

  private static String topic(String namespace) {
    return "retention." + namespace;
  }

  /// @param age by its time, which retention goes by
  private static void produce(String namespace, String key, String value, Duration age)
      throws Exception {
    long time = Instant.now().minus(age).toEpochMilli();
    TestStack.produce(
        new ProducerRecord<>(
            topic(namespace), 0, time, TestStack.bytes(key), TestStack.bytes(value)));
  }

  private static void others(String namespace, int records, Duration age) throws Exception {
    for (int i = 0; i < records; i++) {
      produce(namespace, "busy", "0", age);
    }
  }

  /// Lets Kafka delete what is too old, once the node has read all there is.
  private static void delete(String namespace, Follower busy, long upTo) throws Exception {
    try (Operator operator = new Operator(TestStack.kafka())) {
      while (busy.offset() < upTo) {
        busy.next();
      }
      operator.retain(topic(namespace), RETENTION);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> operator.start(new TopicPartition(topic(namespace), 0)) == upTo);
    }
  }

  /// Its last publication has long left the log, and a node that knows nothing of it still takes it
  /// back.
  @Test
  void whoHearsNothingWhileTheLogRollsOnKeepsAPositionThatIsGood() throws Exception {
    try (Follower silent = Follower.of(here, "rolls:silent");
        Follower busy = Follower.of(here, "rolls:busy")) {
      produce("rolls", "silent", "1", RETENTION.multipliedBy(2));
      assertThat(silent.next()).isEqualTo("1");
      long first = silent.offset();
      others("rolls", 40, RETENTION.multipliedBy(2));
      delete("rolls", busy, first + 40);
      others("rolls", 40, Duration.ZERO);

      assertThat(silent.end()).isEmpty();
      assertThat(silent.again()).isTrue();
      assertThat(silent.offset()).isGreaterThanOrEqualTo(first + 40);
      assertThat(silent.rest()).isEmpty();
      silent.cut();
      produce("rolls", "silent", "2", Duration.ZERO);
      try (Gateway there = TestStack.node("retention", settings());
          Follower old = Follower.at(there, "rolls:silent", silent.epoch(), first)) {
        assertThat(old.again()).as("from below where the log begins").isFalse();
        assertThat(retained(there)).isEqualTo(1);
        assertThat(silent.back(there)).isTrue();
        assertThat(silent.next()).isEqualTo("2");
      }
    }
  }

  private static double retained(Gateway node) throws Exception {
    return new EdgeProbe(node.apiPort())
        .metric(
            "sluice_edge_recoveries_total{reason=\"retention\",source=\"none\",verdict=\"unrecoverable\"}");
  }

  /// Nothing follows any more, and nothing of the log is left.
  @Test
  void whoHearsNothingUntilEverythingHasExpiredKeepsAPositionThatIsGood() throws Exception {
    try (Follower silent = Follower.of(here, "expires:silent");
        Follower busy = Follower.of(here, "expires:busy")) {
      produce("expires", "silent", "1", RETENTION.multipliedBy(2));
      assertThat(silent.next()).isEqualTo("1");
      long first = silent.offset();
      others("expires", 5, RETENTION.multipliedBy(2));
      delete("expires", busy, first + 5);

      assertThat(silent.end()).isEmpty();
      assertThat(silent.again()).isTrue();
      assertThat(silent.offset()).isEqualTo(first + 5);
      silent.cut();
      produce("expires", "silent", "2", Duration.ZERO);
      try (Gateway there = TestStack.node("retention", settings())) {
        assertThat(silent.back(there)).isTrue();
        assertThat(silent.next()).isEqualTo("2");
      }
    }
  }

  /// As it is all the time where records are kept for less than clients stay.
  @Test
  @Tag("full")
  @Timeout(300)
  void thoseWhoHearNothingForManyTimesTheRetentionAllKeepAPositionThatIsGood() throws Exception {
    Duration retention = Duration.ofSeconds(30);
    List<Follower> all = new ArrayList<>();
    try (Operator operator = new Operator(TestStack.kafka())) {
      operator.retain(topic("seconds"), retention);
      for (int i = 0; i < 20; i++) {
        all.add(Follower.of(here, "seconds:silent" + i));
      }
      long until = System.nanoTime() + retention.multipliedBy(4).toNanos();
      while (System.nanoTime() - until < 0) {
        others("seconds", 20, Duration.ZERO);
        for (Follower follower : all) {
          if (!follower.rest().isEmpty()) { // it is told to subscribe again
            assertThat(follower.again()).isTrue();
          }
        }
      }
      long begins = operator.start(new TopicPartition(topic("seconds"), 0));
      assertThat(begins).isPositive();
      try (Gateway there = TestStack.node("retention", settings())) {
        for (Follower follower : all) {
          follower.cut();
          produce("seconds", follower.channel().split(":", -1)[1], "1", Duration.ZERO);
          assertThat(follower.back(there)).as("from %d", follower.offset()).isTrue();
          assertThat(follower.next()).isEqualTo("1");
        }
      }
    } finally {
      all.forEach(Follower::close);
    }
  }
}
