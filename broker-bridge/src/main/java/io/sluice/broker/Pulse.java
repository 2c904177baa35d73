package io.sluice.broker;

import java.time.Duration;

/// The sign of life of a thread that goes round. The thread itself begins each turn, and says how
/// long that may take with everything it may wait for; any thread may look whether turns go on.
public final class Pulse {
  /// A turn: which one it is, and how long it may take. Both at once, so that nobody judges one
  /// turn by what another one may take.
  ///
  /// @param number of the turns that have begun
  /// @param most what it may take
  public record Turn(long number, Duration most) {}

  private final Thread thread;
  private volatile Turn turn = new Turn(0, Duration.ZERO);

  /// @param thread whose it is
  Pulse(Thread thread) {
    this.thread = thread;
  }

  /// A turn begins. For the thread alone.
  ///
  /// @param longest what it may take
  void turn(Duration longest) {
    turn = new Turn(turn.number() + 1, longest);
  }

  /// The present turn.
  public Turn turn() {
    return turn;
  }

  /// The thread whose it is.
  public Thread thread() {
    return thread;
  }
}
