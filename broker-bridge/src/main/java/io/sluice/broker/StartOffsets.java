package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/// Where a starting node begins to read: far enough back that clients which were away find what
/// they missed at hand.
record StartOffsets(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends) {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /// Asks Kafka. Blocks for at most 30 s.
  ///
  /// @param from the first record at or after this time is the start; where there is none, the
  ///   log's end
  static StartOffsets since(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions, Instant from) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, LIMIT);
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(tp -> times.put(tp, from.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times, LIMIT);
    Map<TopicPartition, Long> starts = new HashMap<>();
    for (TopicPartition tp : partitions) {
      OffsetAndTimestamp at = found.get(tp);
      long end = of(ends, tp);
      starts.put(tp, at == null ? end : Math.min(at.offset(), end));
    }
    return new StartOffsets(Map.copyOf(starts), Map.copyOf(ends));
  }

  /// The same, but some partitions are read from their log's start. Blocks for at most 15 s.
  StartOffsets fromTheStart(
      Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> all = new HashMap<>(starts);
    all.putAll(consumer.beginningOffsets(partitions, LIMIT));
    return new StartOffsets(Map.copyOf(all), ends);
  }

  /// Where to begin.
  long start(TopicPartition partition) {
    return of(starts, partition);
  }

  /// Where the log ended when asked.
  long end(TopicPartition partition) {
    return of(ends, partition);
  }

  /// Kafka answers for every partition it was asked about, or throws.
  static long of(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    Long offset = offsets.get(partition);
    if (offset == null) {
      throw new IllegalStateException("no offset of " + partition + " in the answer");
    }
    return offset;
  }
}
