package io.sluice.gateway.config;

import java.time.Duration;

/// `redis.retry.*`: repeating calls of Redis that may be made twice.
///
/// @param attempts how often a call is made at most, all within `redis.timeout`; 1 = none is
///   repeated
/// @param backOff before the first repetition
public record RedisRetryConfig(int attempts, Duration backOff) {
  public RedisRetryConfig {
    new Checks()
        .range("redis.retry.attempts", attempts, 1, 10)
        .range("redis.retry.backoff", backOff, Duration.ofMillis(1), Duration.ofSeconds(1))
        .done();
  }

  static RedisRetryConfig read(Settings in) {
    RedisRetryConfig standard = byDefault();
    return new RedisRetryConfig(
        in.whole("redis.retry.attempts", standard.attempts),
        in.duration("redis.retry.backoff", standard.backOff));
  }

  static RedisRetryConfig byDefault() {
    return new RedisRetryConfig(4, Duration.ofMillis(25));
  }

  void write(Listing out) {
    out.add("redis.retry.attempts", attempts).add("redis.retry.backoff", backOff);
  }
}
