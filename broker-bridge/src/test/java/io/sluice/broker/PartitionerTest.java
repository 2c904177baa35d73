package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Our partitioners against the real ones, so that a record never looks misplaced by our mistake.
class PartitionerTest {
  private static final List<byte[]> KEYS =
      List.of(
          utf8("news"),
          utf8("orders:42"),
          utf8("a"),
          utf8("k-1"),
          utf8("k-2"),
          utf8("user-17"),
          utf8("grüße"),
          utf8("日本"),
          ByteBuffer.allocate(8).putLong(42).array(),
          ByteBuffer.allocate(8).putLong(-1).array(),
          utf8("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
          utf8("x".repeat(300)));

  @Test
  void murmur2IsWhatTheJavaProducerDoes() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] key = new byte[random.nextInt(40)];
      random.nextBytes(key);
      int count = 1 + random.nextInt(100);
      assertThat(Partitioner.MURMUR2.partition(key, count))
          .isEqualTo(BuiltInPartitioner.partitionForKey(key, count));
    }
  }

  /// Vectors of librdkafka 2.16.0's own `rd_kafka_msg_partitioner_consistent`, called in the
  /// library that the Python package confluent-kafka 2.16.0 carries.
  @Test
  void crc32IsWhatLibrdkafkaDoes() {
    assertThat(all(Partitioner.CRC32, 3)).containsExactly(2, 1, 0, 1, 0, 1, 1, 2, 1, 1, 1, 2);
    assertThat(all(Partitioner.CRC32, 12)).containsExactly(8, 1, 3, 10, 0, 1, 1, 8, 7, 4, 4, 11);
    assertThat(all(Partitioner.CRC32, 1000))
        .containsExactly(608, 877, 907, 870, 324, 953, 117, 756, 871, 692, 592, 283);
  }

  /// Vectors of Sarama's own `NewHashPartitioner`, run in Go; librdkafka's `fnv1a` partitioner
  /// gives the same ones.
  @Test
  void fnv1aIsWhatSaramaDoes() {
    assertThat(all(Partitioner.FNV1A, 3)).containsExactly(1, 0, 0, 2, 2, 2, 0, 1, 2, 1, 2, 1);
    assertThat(all(Partitioner.FNV1A, 12)).containsExactly(10, 0, 0, 8, 11, 5, 0, 7, 5, 1, 5, 7);
    assertThat(all(Partitioner.FNV1A, 1000))
        .containsExactly(62, 728, 76, 940, 83, 969, 344, 575, 281, 245, 873, 563);
  }

  /// The same twelve keys by librdkafka's `murmur2` partitioner.
  @Test
  void murmur2IsAlsoWhatLibrdkafkaCallsMurmur2() {
    assertThat(all(Partitioner.MURMUR2, 12)).containsExactly(1, 8, 4, 2, 8, 0, 8, 3, 4, 5, 8, 4);
    assertThat(all(Partitioner.MURMUR2, 1000))
        .containsExactly(889, 920, 524, 798, 692, 380, 148, 627, 552, 397, 156, 756);
  }

  @ParameterizedTest
  @EnumSource(Partitioner.class)
  void onePartitionTakesEveryKey(Partitioner partitioner) {
    assertThat(all(partitioner, 1)).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 12, 1000})
  void textKeysAreHashedAsUtf8(int count) {
    for (Partitioner partitioner : Partitioner.values()) {
      assertThat(partitioner.partition("grüße", count))
          .isEqualTo(partitioner.partition(utf8("grüße"), count));
    }
  }

  private static int[] all(Partitioner partitioner, int count) {
    return IntStream.range(0, KEYS.size())
        .map(i -> partitioner.partition(KEYS.get(i), count))
        .toArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
