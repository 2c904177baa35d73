package io.sluice.gateway.hub;

import io.sluice.broker.TailedPartition;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/// What tailer and loops share about one partition: which loops want which channel, and from where
/// each loop has to read.
///
/// The tailer publishes the tail and then looks at the interest; a subscribing loop publishes its
/// interest and then looks at the tail; a full fence stands between the two steps on both sides. So
/// every record is seen by at least one of them.
final class Feed {
  /// Nothing to read.
  static final long NONE = Long.MAX_VALUE;

  private final TailedPartition partition;
  private final ConcurrentHashMap<String, Long> interest = new ConcurrentHashMap<>();
  private final AtomicLongArray first;
  private volatile @Nullable Marked marked;

  /// Up to where wanted records have been looked for.
  ///
  /// @param window its serial; the window itself may be replaced
  record Marked(long window, long to) {}

  Feed(TailedPartition partition, int loops) {
    this.partition = partition;
    this.first = new AtomicLongArray(loops);
    for (int i = 0; i < loops; i++) {
      first.set(i, NONE);
    }
  }

  TailedPartition partition() {
    return partition;
  }

  /// Loop only: from now on it is woken for this channel.
  void want(String key, int loop) {
    interest.merge(key, 1L << loop, (a, b) -> a | b);
    VarHandle.fullFence();
  }

  /// Loop only.
  void unwant(String key, int loop) {
    interest.computeIfPresent(
        key,
        (_, mask) -> {
          long left = mask & ~(1L << loop);
          return left == 0 ? null : left;
        });
  }

  /// Whether a channel is wanted. For any thread.
  boolean wants(String key) {
    return interest.containsKey(key);
  }

  /// Which loops want a channel, a bit for each. For any thread.
  long wanting(String key) {
    return interest.getOrDefault(key, 0L);
  }

  /// How many channels are wanted. For any thread.
  int wanted() {
    return interest.size();
  }

  /// Loop only: takes what there is to read.
  ///
  /// @return a Kafka offset, or [#NONE]
  long take(int loop) {
    return first.getAndSet(loop, NONE);
  }

  /// Whether there is something to read.
  boolean pending(int loop) {
    return first.get(loop) != NONE;
  }

  /// Whatever was wanted below it has been left for its loop, or was taken before. None before the
  /// first batch.
  @Nullable Marked marked() {
    return marked;
  }

  /// Tailer only: leaves, for each loop that wants any of these records, where to begin. When a
  /// batch has pushed its own beginning out of the window, nobody can tell who wanted that: every
  /// loop begins there and finds it gone.
  ///
  /// @return a bit for each loop to wake
  long mark(Window window, long from, long to, long allLoops) {
    long wake = leave(window, from, to, allLoops);
    marked = new Marked(window.serial(), to);
    return wake;
  }

  private long leave(Window window, long from, long to, long allLoops) {
    VarHandle.fullFence();
    long wake = 0;
    WindowCursor cursor = window.cursor(from, to);
    // the cursor holds its records; a floor above its start by now means that it began too late
    if (window.floor() > from) {
      for (int loop = 0; loop < first.length(); loop++) {
        first.accumulateAndGet(loop, from, Math::min);
      }
      return allLoops;
    }
    while (wake != allLoops && cursor.next()) {
      Long mask = interest.get(cursor.key());
      long fresh = mask == null ? 0 : mask & ~wake;
      while (fresh != 0) {
        int loop = Long.numberOfTrailingZeros(fresh);
        // what was left before is still to be read; it is above only when the window was replaced
        first.accumulateAndGet(loop, cursor.offset(), Math::min);
        fresh &= fresh - 1;
        wake |= 1L << loop;
      }
    }
    return wake;
  }
}
