package io.sluice.session;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/// Goes on evenly, whatever becomes of the machine's time: for what measures how long something
/// lasts, since a clock that is set back by an hour would make it last an hour longer. Its times
/// begin in 1970 and mean nothing to people. Any thread.
final class MonotonicClock extends Clock {
  private final LongSupplier nanoTime;
  private final long began;

  /// @param nanoTime as [System#nanoTime]
  MonotonicClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - began);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
