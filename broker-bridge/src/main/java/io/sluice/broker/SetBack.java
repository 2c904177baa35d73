package io.sluice.broker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Notices that the machine's wall clock was set back. For one thread.
final class SetBack {
  /// Less is what keeping time does all day, and what Kafka's clients may well wait.
  static final Duration NOTICED = Duration.ofSeconds(1);

  /// Both clocks are read within this, or again: a pause between the two would look like a jump.
  private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final int MOST_TRIES = 100;

  private final LongSupplier wallMillis;
  private final LongSupplier nanoTime;
  private long ahead; // the wall clock to the other one, nanoseconds

  /// @param wallMillis as [System#currentTimeMillis]
  /// @param nanoTime as [System#nanoTime]
  SetBack(LongSupplier wallMillis, LongSupplier nanoTime) {
    this.wallMillis = wallMillis;
    this.nanoTime = nanoTime;
    this.ahead = now();
  }

  private long now() {
    long nanos = nanoTime.getAsLong();
    for (int i = 1; ; i++) {
      long wall = wallMillis.getAsLong();
      long after = nanoTime.getAsLong();
      if (after - nanos <= AT_ONCE_NANOS || i == MOST_TRIES) {
        return TimeUnit.MILLISECONDS.toNanos(wall) - nanos;
      }
      nanos = after;
    }
  }

  /// By how much it was set back since this was last asked; zero if it was not.
  Duration by() {
    long now = now();
    long back = ahead - now;
    ahead = now;
    return back > NOTICED.toNanos() ? Duration.ofNanos(back) : Duration.ZERO;
  }
}
