package io.sluice.session;

import java.time.Duration;

/// What is done about a Redis that fails.
///
/// @param attempts how often a call that may be repeated is made at most, within the time limit of
///   calls; 1 = none is repeated
/// @param backOff before the first repetition, twice as long before each further one; half of it
///   more or less, at random
/// @param failureRate of the last ten calls so many in a hundred must have failed, and five at
///   least have been made, for the breaker to open
/// @param openFor how long Redis is then not asked
public record RedisResilience(int attempts, Duration backOff, int failureRate, Duration openFor) {
  /// Four attempts, 25 ms; half of ten calls, one second.
  public static final RedisResilience STANDARD =
      new RedisResilience(4, Duration.ofMillis(25), 50, Duration.ofSeconds(1));

  public RedisResilience {
    require(1 <= attempts && attempts <= 10, "a call is made 1 to 10 times: " + attempts);
    require(
        isBetween(backOff, Duration.ofMillis(1), Duration.ofSeconds(1)),
        "a repetition comes after 1 ms to 1 s: " + backOff);
    require(1 <= failureRate && failureRate <= 100, "a failure rate is 1 to 100: " + failureRate);
    require(
        isBetween(openFor, Duration.ofMillis(10), Duration.ofMinutes(1)),
        "a breaker is open for 10 ms to 1 min: " + openFor);
  }

  private static boolean isBetween(Duration value, Duration least, Duration most) {
    return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
