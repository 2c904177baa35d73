package io.sluice.perf;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// Waiting for a condition, with a failure that tells how things stand when it has not come.
final class Eventually {
  private static final Duration POLL = Duration.ofMillis(25);

  private Eventually() {}

  /// @param standing asked only when the time is over
  static void so(Duration limit, BooleanSupplier condition, Supplier<String> standing) {
    try {
      Awaitility.await()
          .atMost(limit)
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .until(condition::getAsBoolean);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("not within %s: %s".formatted(limit, standing.get()), e);
    }
  }
}
