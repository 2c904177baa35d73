package io.sluice.broker;

import java.time.Duration;

/// When publishing to a topic is refused at once, and when it is tried again.
///
/// @param failureRate of the publishes answered within the window so many in a hundred must have
///   failed, and five at least have been answered
/// @param window how long an answer counts, in whole seconds
/// @param openFor how long nobody is let through
/// @param tries so many publishes are then let through, and all must be answered before the others
///   follow; at most [#MOST_TRIES]
public record BreakerSettings(int failureRate, Duration window, Duration openFor, int tries) {
  /// The breaker judges a trial once [PublishBreaker#FEWEST] have ended, whatever is still to come.
  public static final int MOST_TRIES = PublishBreaker.FEWEST;

  /// Half of five seconds' publishes, one second, three tries.
  public static final BreakerSettings STANDARD =
      new BreakerSettings(50, Duration.ofSeconds(5), Duration.ofSeconds(1), 3);

  public BreakerSettings {
    require(
        1 <= failureRate && failureRate <= 100,
        "publish.breaker.failure-rate is " + failureRate + ", 1 to 100");
    require(
        1 <= window.toSeconds() && window.toSeconds() <= 60 && window.toNanosPart() == 0,
        "publish.breaker.window is " + window + ", whole seconds, 1 to 60");
    require(
        openFor.compareTo(Duration.ofMillis(10)) >= 0
            && openFor.compareTo(Duration.ofMinutes(1)) <= 0,
        "publish.breaker.open-for is " + openFor + ", 10 ms to 1 min");
    require(
        1 <= tries && tries <= MOST_TRIES,
        "publish.breaker.tries is " + tries + ", 1 to " + MOST_TRIES);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
