package io.sluice.broker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Notices that the machine's wall clock was set back. Kafka's clients measure by that clock when
/// they may ask again who leads a partition, so that after it was set back by ten minutes a client
/// may not find a new leader for ten minutes: a client has to be made anew then. Set forward it
/// does no harm. For any thread; [#by] tells each jump once.
final class SetBack {
  /// Less is what keeping time does all day, and what a client may well wait.
  static final Duration NOTICED = Duration.ofSeconds(1);

  private final LongSupplier wallMillis;
  private final LongSupplier nanoTime;
  private final AtomicLong ahead; // of the wall clock to the other one, nanoseconds

  /// Of this machine's clocks.
  SetBack() {
    this(System::currentTimeMillis, System::nanoTime);
  }

  SetBack(LongSupplier wallMillis, LongSupplier nanoTime) {
    this.wallMillis = wallMillis;
    this.nanoTime = nanoTime;
    this.ahead = new AtomicLong(now());
  }

  private long now() {
    return TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong()) - nanoTime.getAsLong();
  }

  /// By how much it was set back since this was last asked; zero if it was not.
  Duration by() {
    long now = now();
    long back = ahead.getAndSet(now) - now;
    return back > NOTICED.toNanos() ? Duration.ofNanos(back) : Duration.ZERO;
  }
}
