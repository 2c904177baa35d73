package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A topic that Kafka has really compacted: of its closed segments only the newest record of each
/// key is left, at the offset it always had.
@Tag("full")
final class CompactionTest {
  private static final int KEYS = 3;
  private static final int RECORDS = 30;
  private static final long TOMBSTONE = RECORDS;

  /// After the record that is beyond the closed segment.
  private static final long END = RECORDS + 2;

  private final String topic =
      SharedKafka.freshTopic(
          1,
          Map.of(
              "cleanup.policy", "compact",
              "min.cleanable.dirty.ratio", "0.001",
              "segment.ms", "1000"));

  /// Segments are closed by their records' times.
  private final Instant time = Instant.now().minus(Duration.ofMinutes(1));

  private TopicBinding binding(Tombstones tombstones) {
    return binding(tombstones, Mode.STATE);
  }

  private TopicBinding binding(Tombstones tombstones, Mode mode) {
    return new TopicBinding(
        ChannelName.DEFAULT,
        topic,
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.JSON,
        Optional.of("keyless"),
        tombstones,
        mode,
        /* lastValue= */ false,
        Isolation.READ_COMMITTED);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void fill() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      records.add(
          new ProducerRecord<>(
              topic, 0, time.toEpochMilli(), bytes("k" + i % KEYS), bytes(Integer.toString(i))));
    }
    byte[] none = null;
    records.add(new ProducerRecord<>(topic, 0, time.toEpochMilli(), bytes("gone"), none));
    SharedKafka.produce(records);
  }

  private void closeSegment() {
    SharedKafka.produce(
        List.of(
            new ProducerRecord<>(
                topic, 0, time.plusSeconds(10).toEpochMilli(), bytes("last"), bytes("0"))));
  }

  private void awaitCompaction() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            SharedKafka.everything(topic).stream()
                .map(ConsumerRecord::offset)
                .toList()
                .equals(List.of(27L, 28L, 29L, TOMBSTONE, TOMBSTONE + 1)));
  }

  /// From now on Kafka takes it for a topic that promises every record, and so does a node that
  /// does not begin to read at its start. What is gone stays so.
  private void endCompaction() throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp delete =
        new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(resource, List.of(delete))).all().get();
      await()
          .until(() ->
              admin.describeConfigs(List.of(resource)).all().get().values().stream()
                  .allMatch(it ->
                      it.entries().stream()
                          .anyMatch(entry ->
                              entry.name().equals("cleanup.policy")
                                  && entry.value().equals("delete"))));
    }
  }

  /// What is left of a channel, from an offset on.
  private static List<String> left(int key, long since) {
    int newest = RECORDS - KEYS + key;
    return newest >= since ? List.of(Integer.toString(newest)) : List.of();
  }

  /// Everything that was compacted lies below its window.
  private TestBridge late(Tombstones tombstones) throws Exception {
    endCompaction();
    return TestBridge.late(binding(tombstones, Mode.LOG));
  }

  @Test
  void aReaderKeepsWhatItHasAndOneThatComesLaterReadsAcrossTheHoles() throws Exception {
    TopicBinding binding = binding(Tombstones.SKIP);
    fill();
    try (TestBridge running = TestBridge.open(binding)) {
      closeSegment();
      running.awaitTail(END);
      awaitCompaction();
      assertThat(running.since("k0", 0)).hasSize(RECORDS / KEYS);
      try (TestBridge fresh = TestBridge.open(binding);
          TestBridge late = late(Tombstones.SKIP)) {
        assertThat(fresh.window().tail()).isEqualTo(END);
        assertThat(late.window().floor()).as("all of it lies below").isEqualTo(END);
        for (TestBridge reader : List.of(fresh, late)) {
          for (int key = 0; key < KEYS; key++) {
            for (long since : new long[] {0, 13, 26, 27, 28, 29, TOMBSTONE, END - 1, END}) {
              assertThat(reader.since("k" + key, since))
                  .as("k%d since %d", key, since)
                  .isEqualTo(left(key, since));
            }
          }
        }
        SharedKafka.produce(List.of(new ProducerRecord<>(topic, bytes("k0"), bytes("99"))));
        for (TestBridge reader : List.of(running, fresh, late)) {
          reader.awaitTail(END + 1);
          assertThat(reader.since("k0", END)).containsExactly("99");
          assertThat(reader.replaced).isEmpty();
        }
      }
    }
  }

  @Test
  void tombstonesAreLeftOutOrDeliveredAsTheNamespaceSays() throws Exception {
    fill();
    closeSegment();
    try (TestBridge skipping = TestBridge.open(binding(Tombstones.SKIP));
        TestBridge delivering = TestBridge.open(binding(Tombstones.DELIVER));
        TestBridge late = late(Tombstones.DELIVER)) {
      assertThat(skipping.since("gone", 0)).isEmpty();
      assertThat(delivering.since("gone", 0)).containsExactly("null");
      assertThat(late.since("gone", 0)).containsExactly("null");
    }
  }

  /// Kafka takes no record without a key here. What is published to the channel of such records has
  /// one, as everything that is published.
  @Test
  void onlyAProducerCanWriteARecordThatACompactedTopicDoesNotTake() throws Exception {
    ProducerRecord<byte[], byte[]> keyless = new ProducerRecord<>(topic, bytes("1"));
    assertThatThrownBy(() -> SharedKafka.produce(List.of(keyless)))
        .hasRootCauseInstanceOf(InvalidRecordException.class);
    try (TestBridge bridge = TestBridge.open(binding(Tombstones.SKIP))) {
      assertThat(bridge.publish("keyless", "1")).isInstanceOf(PublishOutcome.Acknowledged.class);
      assertThat(bridge.publish("a", "2")).isInstanceOf(PublishOutcome.Acknowledged.class);
      bridge.awaitTail(2);
      assertThat(bridge.since("a", 0)).containsExactly("2");
    }
  }
}
