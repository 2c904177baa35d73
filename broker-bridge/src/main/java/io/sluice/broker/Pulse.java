package io.sluice.broker;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// The sign of life of a thread that goes round. The thread itself begins each turn, and says how
/// long that may take with everything it may wait for; any thread may look whether turns go on.
public final class Pulse {
  private final Thread thread;
  private final AtomicLong turns = new AtomicLong();
  private volatile Duration most = Duration.ZERO;

  /// @param thread whose it is
  Pulse(Thread thread) {
    this.thread = thread;
  }

  /// A turn begins. For the thread alone.
  ///
  /// @param longest what it may take
  void turn(Duration longest) {
    most = longest;
    turns.lazySet(turns.getPlain() + 1); // nobody else writes
  }

  /// How many turns have begun.
  public long turns() {
    return turns.get();
  }

  /// How long the present turn may take.
  public Duration most() {
    return most;
  }

  /// The thread whose it is.
  public Thread thread() {
    return thread;
  }
}
