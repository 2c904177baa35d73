package io.sluice.standalone.watch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before each attempt: full jitter under a doubling limit, as the SDKs do, so
/// that a thousand clients of a restarted server do not come back at once. For one thread.
final class Backoff {
  private static final long SHORTEST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 20_000;

  /// 2^6 × 500 ms is above the longest wait.
  private static final int DOUBLINGS = 6;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /// The wait after one more failure: 500 ms to 20 s.
  Duration next() {
    long limit = SHORTEST_MILLIS << Math.min(failures++, DOUBLINGS);
    long millis = SHORTEST_MILLIS + random.nextLong(limit + 1);
    return Duration.ofMillis(Math.min(LONGEST_MILLIS, millis));
  }

  /// A connection stood: the next failure is the first again.
  void reset() {
    failures = 0;
  }
}
