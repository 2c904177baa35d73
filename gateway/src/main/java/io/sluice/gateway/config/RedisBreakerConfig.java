package io.sluice.gateway.config;

import java.time.Duration;

/// `redis.breaker.*`: when Redis is not asked, because it fails.
///
/// @param failureRate of the last ten calls so many in a hundred have failed
/// @param openFor how long it is then not asked
public record RedisBreakerConfig(int failureRate, Duration openFor) {
  public RedisBreakerConfig {
    new Checks()
        .range("redis.breaker.failure-rate", failureRate, 1, 100)
        .range("redis.breaker.open-for", openFor, Duration.ofMillis(10), Duration.ofMinutes(1))
        .done();
  }

  static RedisBreakerConfig read(Settings in) {
    RedisBreakerConfig standard = byDefault();
    return new RedisBreakerConfig(
        in.whole("redis.breaker.failure-rate", standard.failureRate),
        in.duration("redis.breaker.open-for", standard.openFor));
  }

  static RedisBreakerConfig byDefault() {
    return new RedisBreakerConfig(50, Duration.ofSeconds(1));
  }

  void write(Listing out) {
    out.add("redis.breaker.failure-rate", failureRate).add("redis.breaker.open-for", openFor);
  }
}
