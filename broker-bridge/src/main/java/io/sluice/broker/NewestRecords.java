package io.sluice.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Reads the newest records of some partitions, a bounded number of them, for who wants to see what
/// they are like.
final class NewestRecords {
  private static final Duration POLL = Duration.ofMillis(100);

  private NewestRecords() {}

  /// Reads as many of each partition, up to where it ends now. Blocks for at most about twice the
  /// limit: where logs begin and end is asked for before.
  ///
  /// @param consumer with no assignment; has one afterwards
  /// @param most of all partitions together; one of each at least
  /// @param limit for reading them
  /// @param each given every record read
  /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
  static void read(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      int most,
      Duration limit,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    long deadline = System.nanoTime() + limit.toNanos();
    Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions, limit);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, limit);
    List<TopicPartition> filled =
        partitions.stream().filter(it -> at(starts, it) < at(ends, it)).toList();
    consumer.assign(filled);
    long share = Math.max(1, most / Math.max(1, filled.size()));
    filled.forEach(it -> consumer.seek(it, Math.max(at(starts, it), at(ends, it) - share)));
    int read = 0;
    while (read < most
        && deadline - System.nanoTime() > 0
        && filled.stream().anyMatch(it -> consumer.position(it) < at(ends, it))) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        read++;
        each.accept(record);
      }
    }
  }

  private static long at(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return offsets.getOrDefault(partition, 0L);
  }
}
