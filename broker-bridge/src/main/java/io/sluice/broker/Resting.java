package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.TopicPartition;

/// Partitions that a tailer leaves alone for a while, because reading them failed: the others must
/// not wait for them. Who fails again rests twice as long, and nobody exactly so long, so that
/// nodes do not all come back at once. The tailer's own; times are of [System#nanoTime].
final class Resting {
  static final Duration MIN = Duration.ofMillis(250);
  static final Duration MAX = Duration.ofSeconds(15);

  private final DoubleSupplier random;
  private final Map<TopicPartition, Duration> lengths = new HashMap<>();
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  Resting() {
    this(ThreadLocalRandom.current()::nextDouble);
  }

  /// @param random 0 to 1
  Resting(DoubleSupplier random) {
    this.random = random;
  }

  /// From now on it rests, half as long at least as it is its turn to.
  ///
  /// @return for how long
  Duration rest(TopicPartition partition, long now) {
    Duration longest =
        lengths.merge(
            partition,
            MIN,
            (before, _) -> {
              Duration twice = before.multipliedBy(2);
              return twice.compareTo(MAX) < 0 ? twice : MAX;
            });
    Duration length = Duration.ofNanos((long) (longest.toNanos() * (1 + random.getAsDouble()) / 2));
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
