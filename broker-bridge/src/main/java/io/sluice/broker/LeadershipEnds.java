package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Finds out where the records of past leaderships end in logs as they are now. Kafka's consumers
/// have no question for that, but say it of a position that lies beyond: so they are sent there.
final class LeadershipEnds {
  private static final long FAR_BEYOND = Long.MAX_VALUE >> 1;
  private static final Duration POLL = Duration.ofMillis(100);

  private LeadershipEnds() {}

  /// Blocks for at most about `limit`.
  ///
  /// @param consumer whose assignment is replaced, and is nothing afterwards
  /// @param leaderships Kafka's leader epochs
  /// @return where they end; where the log has nothing of any of them, that is where it begins. A
  ///   partition whose log has no leader epochs is missing
  /// @throws KafkaException when Kafka does not say it of all in time
  static Map<TopicPartition, EndOfLeadership> of(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Integer> leaderships, Duration limit) {
    Map<TopicPartition, EndOfLeadership> ends = new HashMap<>();
    Set<TopicPartition> open = new HashSet<>(leaderships.keySet());
    long deadline = System.nanoTime() + limit.toNanos();
    seek(consumer, open, leaderships);
    while (!open.isEmpty() && deadline - System.nanoTime() > 0) {
      try {
        var _ = consumer.poll(POLL);
      } catch (LogTruncationException e) {
        e.partitions()
            .forEach(tp ->
                ends.put(tp, divergence(e, tp).orElseGet(() -> beginning(consumer, tp, limit))));
        open.removeAll(e.partitions());
        seek(consumer, open, leaderships);
      } catch (InvalidOffsetException e) {
        open.removeAll(e.partitions()); // no leader epochs in this log: nothing can be known
        seek(consumer, open, leaderships);
      }
    }
    if (!open.isEmpty()) {
      throw new KafkaException("it is not known whether these logs are whole: " + open);
    }
    consumer.unsubscribe();
    return ends;
  }

  private static void seek(
      Consumer<byte[], byte[]> consumer,
      Set<TopicPartition> partitions,
      Map<TopicPartition, Integer> leaderships) {
    consumer.assign(partitions);
    for (TopicPartition tp : partitions) {
      consumer.seek(
          tp, new OffsetAndMetadata(FAR_BEYOND, Optional.ofNullable(leaderships.get(tp)), ""));
    }
  }

  private static Optional<EndOfLeadership> divergence(LogTruncationException e, TopicPartition tp) {
    return Optional.ofNullable(e.divergentOffsets().get(tp))
        .map(end -> new EndOfLeadership(end.offset(), end.leaderEpoch().orElse(-1)));
  }

  private static EndOfLeadership beginning(
      Consumer<byte[], byte[]> consumer, TopicPartition tp, Duration limit) {
    return new EndOfLeadership(
        StartOffsets.of(consumer.beginningOffsets(Set.of(tp), limit), tp), -1);
  }
}
