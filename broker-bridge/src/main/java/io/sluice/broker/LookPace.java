package io.sluice.broker;

/// When a tailer that came upon a misplaced record looks at its topic: always when that may tell
/// something new, until looks have been fruitless several times; then so seldom that they take a
/// small part of its time, since the records really are misplaced. One topic's; one thread at a
/// time. Times are of [System#nanoTime].
final class LookPace {
  /// Fruitless looks in a row that are not paced.
  static final int FREE = 5;

  /// At most five looks a second.
  static final long LEAST_PAUSE_NANOS = 200_000_000;

  /// A slow look is paid for with a longer pause: at most a tenth of the time goes into looks.
  private static final int PAUSE_FACTOR = 10;

  private int fruitless;
  private long resume;

  /// Whether to look now.
  ///
  /// @param recordsAt when the records had come that raise the question
  /// @param lookedAt when the newest look that was answered had started
  boolean isDue(long now, long recordsAt, long lookedAt) {
    return lookedAt - recordsAt < 0 && (fruitless < FREE || now - resume >= 0);
  }

  /// A look told nothing new, or was not answered.
  void fruitless(long started, long ended) {
    fruitless = Math.min(FREE, fruitless + 1);
    resume = ended + Math.max(LEAST_PAUSE_NANOS, PAUSE_FACTOR * (ended - started));
  }

  /// A look found the topic changed.
  void fruitful() {
    fruitless = 0;
  }
}
