package io.sluice.broker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Lets a warning that may repeat at any rate through once a minute. Any thread may ask.
final class RareWarning {
  private static final long APART_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoClock;
  private final AtomicLong next;
  private final AtomicLong held = new AtomicLong();

  RareWarning(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.next = new AtomicLong(nanoClock.getAsLong());
  }

  /// Asks whether to warn now: 0 for no, else how many times that was asked since the last warning,
  /// this one included.
  long ask() {
    held.incrementAndGet();
    long now = nanoClock.getAsLong();
    long due = next.get();
    return now - due >= 0 && next.compareAndSet(due, now + APART_NANOS) ? held.getAndSet(0) : 0;
  }
}
