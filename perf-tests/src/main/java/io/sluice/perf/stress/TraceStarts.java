package io.sluice.perf.stress;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// Decides which of many is traced: at most four a second, so that a run is much the same without.
/// At no steady pace, or rooms that are published to at one would be traced always or never. Any
/// thread; takes no lock.
final class TraceStarts {
  /// From one to the next, at least; at most twice as long, where there is one to trace.
  static final long BETWEEN_NS = 250_000_000;

  private final LongSupplier nanoClock;
  private final DoubleSupplier lot;
  private final AtomicLong due;

  TraceStarts() {
    this(System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
  }

  /// @param lot gives numbers from 0, inclusive, to 1, exclusive
  TraceStarts(LongSupplier nanoClock, DoubleSupplier lot) {
    this.nanoClock = nanoClock;
    this.lot = lot;
    this.due = new AtomicLong(nanoClock.getAsLong());
  }

  /// Whether the one that begins now is traced; the first one is.
  boolean takesThisOne() {
    long now = nanoClock.getAsLong();
    long since = due.get();
    return now - since >= 0
        && due.compareAndSet(since, now + BETWEEN_NS + (long) (lot.getAsDouble() * BETWEEN_NS));
  }
}
