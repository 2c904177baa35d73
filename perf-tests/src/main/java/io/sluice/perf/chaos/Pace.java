package io.sluice.perf.chaos;

import java.time.Duration;

/// When something is due that is done again and again. What was due while it took too long is left
/// out, not caught up. Pure; one thread.
final class Pace {
  private final long every;
  private long due;

  /// @param first [System#nanoTime()]
  Pace(Duration every, long first) {
    this.every = every.toNanos();
    this.due = first;
  }

  /// When it is due next.
  long due() {
    return due;
  }

  /// It has been done.
  ///
  /// @param now [System#nanoTime()]
  void next(long now) {
    due = due + every - now > 0 ? due + every : now;
  }
}
