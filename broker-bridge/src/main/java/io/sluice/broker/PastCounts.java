package io.sluice.broker;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Reads the ledger once, for who is no node.
final class PastCounts {
  private static final Duration POLL = Duration.ofMillis(100);

  private PastCounts() {}

  /// All that it says now. Blocks for three times the limit at most.
  ///
  /// @param consumer with no assignment
  /// @param partitions the ledger's
  /// @throws KafkaException when Kafka does not give it in time
  static LedgerBook read(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    LedgerBook book = new LedgerBook();
    var ends = consumer.endOffsets(partitions, limit);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (partitions.stream()
        .anyMatch(it -> consumer.position(it, limit) < ends.getOrDefault(it, 0L))) {
      if (deadline - System.nanoTime() <= 0) {
        throw new KafkaException("the ledger was not read within " + limit.toMillis() + " ms");
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        book.read(LedgerRecord.read(record.key(), record.value()));
      }
    }
    return book;
  }
}
