package io.sluice.gateway.telemetry;

import io.opentelemetry.api.trace.SpanContext;
import io.sluice.gateway.config.TracingConfig;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// Decides what is traced, before anything of a span is made. Whoever called, or produced a record,
/// decides for what follows from that; of what begins at this node a share is taken by lot. All
/// together no more than `tracing.max-per-second`. For any thread; takes no lock.
final class Sampling {
  private static final long SECOND = 1_000_000_000;

  /// @param second by the clock
  /// @param count of traces taken in it
  private record Spent(long second, int count) {}

  private final double share;
  private final int most;
  private final Runnable onSkipped;
  private final LongSupplier nanoClock;
  private final DoubleSupplier lot;
  private final AtomicReference<Spent> spent = new AtomicReference<>(new Spent(0, 0));

  /// @param onSkipped run for each trace beyond the bound
  Sampling(TracingConfig config, Runnable onSkipped) {
    this(config, onSkipped, System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());
  }

  /// @param lot gives numbers from 0, inclusive, to 1, exclusive
  Sampling(TracingConfig config, Runnable onSkipped, LongSupplier nanoClock, DoubleSupplier lot) {
    this.share = config.sample();
    this.most = config.maxPerSecond();
    this.onSkipped = onSkipped;
    this.nanoClock = nanoClock;
    this.lot = lot;
  }

  /// Whether what a caller has begun is followed here.
  boolean follows(SpanContext caller) {
    return caller.isSampled() && room();
  }

  /// Whether something is followed that begins here.
  boolean begins() {
    return lot.getAsDouble() < share && room();
  }

  private boolean room() {
    long second = Math.floorDiv(nanoClock.getAsLong(), SECOND);
    Spent before =
        spent.getAndUpdate(now ->
            now.second() == second
                ? new Spent(second, Math.min(most, now.count() + 1))
                : new Spent(second, 1));
    boolean room = before.second() != second || before.count() < most;
    if (!room) {
      onSkipped.run();
    }
    return room;
  }
}
