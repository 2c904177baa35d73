package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the newest records of a topic say of its producers.
class KeySampleTest {
  private static final int COUNT = 12;
  private static final TopicBinding ORDERS = TopicBinding.of("shop", "orders");

  @Test
  void recordsInTheirPlaceAreOneGoodLine() {
    KeySample sample = sample(PartitionCounts.seen(COUNT));
    fill(sample, 100, KeySampleTest::murmur2);
    assertThat(sample.remarks(""))
        .containsExactly(
            Remark.ok(
                "topic 'orders' (namespaces.shop.topic): the newest 100 records are delivered, their keys lie where murmur2 puts them"));
    assertThat(sample.averageBytes()).isEqualTo(10);
  }

  @Test
  void anotherPartitionerThatFitsIsNamedWithTheLineToChange() {
    KeySample sample = sample(PartitionCounts.seen(COUNT));
    fill(sample, 100, i -> Partitioner.CRC32.partition("k" + i, COUNT));
    Remark remark = only(sample);
    assertThat(remark.grade()).isEqualTo(Remark.Grade.ERROR);
    assertThat(remark.said())
        .startsWith("the producers of topic 'orders' use another partitioner than murmur2")
        .contains("100% fit crc32")
        .endsWith(": a node does not start");
    assertThat(remark.fix())
        .isEqualTo("set namespaces.shop.partitioner: crc32, or change the producers");
  }

  @Test
  void fewInTheWrongPlaceAreAWarningAndManyAnErrorThoughNoPartitionerFits() {
    KeySample few = sample(PartitionCounts.seen(COUNT));
    fill(few, 100, i -> i < 9 ? (murmur2(i) + 1) % COUNT : murmur2(i));
    assertThat(only(few).grade()).isEqualTo(Remark.Grade.WARNING);
    assertThat(only(few).said()).contains("9 of the newest 100 records are not delivered");

    KeySample many = sample(PartitionCounts.seen(COUNT));
    fill(many, 100, i -> i < 10 ? (murmur2(i) + 1) % COUNT : murmur2(i));
    assertThat(only(many).grade()).isEqualTo(Remark.Grade.ERROR);
    assertThat(only(many).said()).contains("misplaced", "the first orders/");
    assertThat(only(many).fix()).contains("namespaces.shop.partitioner");
  }

  @Test
  void whereARecordBelongedWhenThereWereFewerPartitionsIsNoMistake() {
    IntUnaryOperator before = i -> Partitioner.MURMUR2.partition("k" + i, 5);
    KeySample known =
        sample(new PartitionCounts(new TreeSet<>(List.of(5, COUNT)), new TreeSet<>()));
    fill(known, 100, before);
    assertThat(only(known).grade()).isEqualTo(Remark.Grade.OK);

    KeySample guessed =
        sample(new PartitionCounts(new TreeSet<>(List.of(COUNT)), new TreeSet<>(List.of(5))));
    fill(guessed, 100, before);
    assertThat(only(guessed).grade()).isEqualTo(Remark.Grade.OK);

    KeySample unknown = sample(PartitionCounts.seen(COUNT));
    fill(unknown, 100, before);
    assertThat(unknown.remarks(" (the caveat)"))
        .singleElement()
        .satisfies(it -> assertThat(it.said()).endsWith(" (the caveat)"))
        .satisfies(it -> assertThat(it.grade()).isEqualTo(Remark.Grade.ERROR));
  }

  @Test
  void recordsWithoutAKeyWithABadOneOrABadValueAreToldApart() {
    KeySample sample = sample(PartitionCounts.seen(1));
    fill(sample, 97, _ -> 0);
    sample.add(record(0, null, "{}"));
    sample.add(record(0, new byte[] {(byte) 0xff}, "{}"));
    sample.add(record(0, "k".getBytes(UTF_8), "{"));
    sample.add(new ConsumerRecord<>("orders", 0, 7, "k".getBytes(UTF_8), null)); // a tombstone
    assertThat(sample.remarks(""))
        .extracting(Remark::said)
        .satisfiesExactly(
            it -> assertThat(it).contains("1 of the newest 101", "no-key"),
            it -> assertThat(it).contains("1 of the newest 101", "bad-key"),
            it -> assertThat(it).contains("1 of the newest 101", "bad-payload"));
  }

  @Test
  void anEmptyTopicIsFine() {
    assertThat(sample(PartitionCounts.seen(COUNT)).remarks(""))
        .containsExactly(Remark.ok("topic 'orders' (namespaces.shop.topic) has no records yet"));
  }

  private static int murmur2(int i) {
    return Partitioner.MURMUR2.partition("k" + i, COUNT);
  }

  private static Remark only(KeySample sample) {
    assertThat(sample.remarks("")).hasSize(1);
    return sample.remarks("").getFirst();
  }

  private static KeySample sample(PartitionCounts counts) {
    return new KeySample(ORDERS, 255, counts);
  }

  private static void fill(KeySample sample, int records, IntUnaryOperator partition) {
    for (int i = 0; i < records; i++) {
      sample.add(record(partition.applyAsInt(i), ("k" + i).getBytes(UTF_8), "{\"n\":10}"));
    }
  }

  /// With the sizes that Kafka's consumer finds.
  private static ConsumerRecord<byte[], byte[]> record(
      int partition, byte @Nullable [] key, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    return new ConsumerRecord<>(
        "orders",
        partition,
        0,
        0,
        TimestampType.CREATE_TIME,
        key == null ? -1 : 2,
        bytes.length,
        key,
        bytes,
        new RecordHeaders(),
        Optional.empty());
  }
}
