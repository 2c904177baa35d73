package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.PartitionerCheck.Found;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class PartitionerCheckTest {
  private static final int COUNT = 12;

  private final LedgerBook book = new LedgerBook();
  private final PartitionerCheck check =
      new PartitionerCheck(
          isolation ->
              new KafkaConsumer<>(
                  SharedKafka.clients("n1").consumer("check", isolation, ByteSize.mib(4))),
          book);

  @Test
  void wrongSettingIsRefusedNamingTheLineToChange() {
    TopicState topic = topic(Partitioner.MURMUR2);
    produce(topic, 100, i -> Partitioner.CRC32.partition("k" + i, COUNT));
    assertThatThrownBy(() -> check.check(List.of(topic)))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining(topic.binding().topic())
        .hasMessageContaining("namespaces.shop.partitioner: crc32");
  }

  @Test
  void rightSettingPasses() {
    TopicState topic = topic(Partitioner.CRC32);
    produce(topic, 100, i -> Partitioner.CRC32.partition("k" + i, COUNT));
    assertThatCode(() -> check.check(List.of(topic))).doesNotThrowAnyException();
  }

  @Test
  void onlyTheNewestRecordsCount() {
    TopicState topic = topic(Partitioner.MURMUR2);
    produce(topic, 1_500, i -> Partitioner.CRC32.partition("k" + i, COUNT));
    produce(topic, 3_000, i -> Partitioner.MURMUR2.partition("k" + i, COUNT));
    assertThatCode(() -> check.check(List.of(topic))).doesNotThrowAnyException();
  }

  @Test
  void emptyTopicIsQuick() {
    TopicState topic = topic(Partitioner.MURMUR2);
    check.check(List.of(topic)); // warms up
    long began = System.nanoTime();
    check.check(List.of(topic));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(500));
  }

  @Test
  void keysByNoKnownPartitionerPass() {
    assertThat(fit(Partitioner.MURMUR2, sample(200, i -> i % COUNT))).isEmpty();
  }

  @Test
  void fewKeysProveNothing() {
    IntUnaryOperator crc = i -> Partitioner.CRC32.partition("k" + i, COUNT);
    assertThat(fit(Partitioner.MURMUR2, sample(19, crc))).isEmpty();
    assertThat(fit(Partitioner.MURMUR2, sample(20, crc))).contains(Partitioner.CRC32);
  }

  @Test
  void nineteenOfTwentyMustFit() {
    IntUnaryOperator fnv = i -> Partitioner.FNV1A.partition("k" + i, COUNT);
    IntUnaryOperator aside = i -> (fnv.applyAsInt(i) + 1) % COUNT;
    assertThat(
            fit(
                Partitioner.MURMUR2,
                sample(100, i -> i < 5 ? aside.applyAsInt(i) : fnv.applyAsInt(i))))
        .contains(Partitioner.FNV1A);
    assertThat(
            fit(
                Partitioner.MURMUR2,
                sample(100, i -> i < 6 ? aside.applyAsInt(i) : fnv.applyAsInt(i))))
        .isEmpty();
  }

  /// Two partitioners agree by chance on half of the keys of a topic with two partitions.
  @Test
  void settingThatExplainsHalfPasses() {
    Set<Found> sample = new HashSet<>();
    for (int i = 0; sample.size() < 100; i++) {
      int crc = Partitioner.CRC32.partition("k" + i, 2);
      boolean agrees = crc == Partitioner.MURMUR2.partition("k" + i, 2);
      if (agrees == (sample.size() < 50)) {
        sample.add(new Found(ByteBuffer.wrap(utf8("k" + i)), crc));
      }
    }
    assertThat(PartitionerCheck.betterFit(Partitioner.MURMUR2, counts(2), sample)).isEmpty();
  }

  /// Records from before the topic got partitions lie where they lay.
  @Test
  void whatFitsAnEarlierNumberOfPartitionsIsRight() {
    Set<Found> old = sample(100, i -> Partitioner.MURMUR2.partition("k" + i, 5));
    assertThat(fit(Partitioner.CRC32, old)).isEmpty();
    assertThat(PartitionerCheck.betterFit(Partitioner.MURMUR2, counts(5, COUNT), old)).isEmpty();
    assertThat(PartitionerCheck.betterFit(Partitioner.CRC32, counts(5, COUNT), old))
        .contains(Partitioner.MURMUR2);
  }

  @Test
  void onePartitionTellsNothing() {
    assertThat(PartitionerCheck.betterFit(Partitioner.MURMUR2, counts(1), sample(100, _ -> 0)))
        .isEmpty();
  }

  private static NavigableSet<Integer> counts(Integer... counts) {
    return new TreeSet<>(List.of(counts));
  }

  private static Optional<Partitioner> fit(Partitioner configured, Set<Found> sample) {
    return PartitionerCheck.betterFit(configured, counts(COUNT), sample);
  }

  private static Set<Found> sample(int keys, IntUnaryOperator partition) {
    Set<Found> sample = new HashSet<>();
    for (int i = 0; i < keys; i++) {
      sample.add(new Found(ByteBuffer.wrap(utf8("k" + i)), partition.applyAsInt(i)));
    }
    return sample;
  }

  private static void produce(TopicState topic, int keys, IntUnaryOperator partition) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      records.add(
          new ProducerRecord<>(
              topic.binding().topic(), partition.applyAsInt(i), utf8("k" + i), utf8("{}")));
    }
    SharedKafka.produce(records);
  }

  private static TopicState topic(Partitioner configured) {
    TopicBinding binding =
        new TopicBinding(
            "shop",
            SharedKafka.freshTopic(COUNT),
            KeyCodec.TEXT,
            configured,
            PayloadKind.JSON,
            Optional.empty(),
            Tombstones.SKIP,
            Mode.LOG,
            false,
            Isolation.READ_COMMITTED);
    return new TopicState(binding, Uuid.randomUuid(), COUNT);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
