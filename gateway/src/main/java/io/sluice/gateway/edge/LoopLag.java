package io.sluice.gateway.edge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// How late the periodic task of one loop runs. What counts is the least of a second: a lag that is
/// always there is overload, a single pause is not.
final class LoopLag {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TickWheel.TICK_MS);
  private static final long NONE = Long.MAX_VALUE;

  private final LongSupplier nanoTime;
  private final AtomicLong least = new AtomicLong(NONE);
  private volatile long due;

  // the loop's own
  private long next;
  private long last;

  /// @param nanoTime the clock; the first tick is due one from now
  LoopLag(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
    this.next = last + TICK_NANOS;
    this.due = next;
  }

  /// The task runs. Ticks that were missed follow at once, and say nothing about how long the loop
  /// takes for a turn. On the loop.
  void ticked() {
    long now = nanoTime.getAsLong();
    if (now - last > TICK_NANOS / 2) {
      least.accumulateAndGet(Math.max(0, now - next), Math::min);
    }
    last = now;
    next += TICK_NANOS;
    due = next;
  }

  /// The least since this was last asked, nanoseconds; without any tick since then, for how long
  /// the next one is due. One thread.
  long leastNanos() {
    long found = least.getAndSet(NONE);
    return found == NONE ? Math.max(0, nanoTime.getAsLong() - due) : found;
  }
}
