package io.sluice.gateway.edge;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Tells looks that say something from the one that follows a pause of the whole process, such as a
/// long collection or a machine that was suspended: that one sees the pause and nothing else. Where
/// looks come late again and again there is too much to do, and they count. For one thread.
final class LookPace {
  /// Looks that are so much too late come after a pause.
  static final Duration PAUSE = Duration.ofMillis(500);

  private final long late;
  private final LongSupplier nanoTime;
  private long last;
  private boolean wasLate;

  /// @param every the time between two looks
  /// @param nanoTime as [System#nanoTime]
  LookPace(Duration every, LongSupplier nanoTime) {
    this.late = every.plus(PAUSE).toNanos();
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /// A look begins.
  ///
  /// @return whether it says anything
  boolean counts() {
    long now = nanoTime.getAsLong();
    boolean isLate = now - last > late;
    boolean counts = !isLate || wasLate;
    last = now;
    wasLate = isLate;
    return counts;
  }
}
