package io.sluice.broker;

import java.time.Duration;
import java.util.Optional;

/// How many of a log's newest records a client that comes back may have missed and still be given,
/// and in how long so many come. Pure.
final class Horizon {
  /// Beyond it a time says nothing more: a century.
  private static final double LONGEST_MS = 100 * 365.0 * 86_400_000;

  private Horizon() {}

  /// A log that has lost nothing yet does not count as short.
  ///
  /// @param most that may be read again
  /// @param trimmed whether the log has lost its beginning
  static long records(long most, boolean trimmed, long logStart, long tail) {
    return trimmed ? Math.clamp(tail - logStart, 0, most) : most;
  }

  /// Nothing where nothing comes, or however many may ([Long#MAX_VALUE]); nor where the log holds
  /// none any more, since nobody has missed what came before that.
  ///
  /// @param perMilli how many come in a millisecond
  static Optional<Duration> age(long records, double perMilli) {
    return records == Long.MAX_VALUE || records <= 0 || perMilli <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) Math.min(records / perMilli, LONGEST_MS)));
  }
}
