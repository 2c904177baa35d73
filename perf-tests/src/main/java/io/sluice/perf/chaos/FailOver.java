package io.sluice.perf.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// The moment from which on Kafka has other leaders than a broker that was hit. One thread.
final class FailOver {
  private static final Duration LOOKING = Duration.ofMillis(20);

  private FailOver() {}

  /// Asks Kafka.
  interface Question {
    /// Whether it has other leaders; returns soon, also when nobody answers.
    boolean isOver() throws InterruptedException;
  }

  /// Asks every 20 ms. The moment is when the question was put that was answered with yes: what the
  /// answer took would let everything after a fail-over look sooner.
  ///
  /// @return [System#nanoTime()]; nothing when there was no such answer within the limit
  static OptionalLong await(Question question, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (long asked = System.nanoTime(); asked - end < 0; asked = System.nanoTime()) {
        if (question.isOver()) {
          return OptionalLong.of(asked);
        }
        TimeUnit.NANOSECONDS.sleep(LOOKING.toNanos());
      }
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
