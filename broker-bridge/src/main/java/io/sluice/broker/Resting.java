package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Partitions that a tailer leaves alone for a while, because reading them failed: the others must
/// not wait for them. Who fails again rests twice as long. The tailer's own; times are of
/// [System#nanoTime].
final class Resting {
  static final Duration MIN = Duration.ofMillis(250);
  static final Duration MAX = Duration.ofSeconds(15);

  private final Map<TopicPartition, Duration> lengths = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /// From now on it rests.
  ///
  /// @return for how long
  Duration rest(TopicPartition partition, long now) {
    Duration length =
        lengths.merge(
            partition,
            MIN,
            (before, _) -> {
              Duration twice = before.multipliedBy(2);
              return twice.compareTo(MAX) < 0 ? twice : MAX;
            });
    ends.put(partition, now + length.toNanos());
    return length;
  }

  boolean isResting(TopicPartition partition) {
    return ends.containsKey(partition);
  }

  /// Ends the rests that are over.
  ///
  /// @return whether there were any
  boolean wake(long now) {
    return ends.values().removeIf(end -> now - end >= 0);
  }

  /// It was read well.
  void healthy(TopicPartition partition) {
    if (!lengths.isEmpty() && !ends.containsKey(partition)) {
      lengths.remove(partition);
    }
  }
}
