package io.sluice.gateway.config;

import java.time.Duration;
import java.util.regex.Pattern;

/// `redis.*`: the cache of sessions.
///
/// @param uri as Lettuce reads it, `redis://[[user]:password@]host:port[/database]`, or
///   `redis-sentinel://host:port,host:port/database#master`; of a cluster some nodes, separated by
///   commas; a secret, since it may hold a password; "" = no Redis, sessions are kept by each node
/// @param sentinelPassword that Sentinels want, a secret; "" = none
/// @param cluster whether it is a Redis Cluster
/// @param timeout of every call, its repetitions included, 10 ms to 10 s
/// @param checkpoint at most so much later each session is written again
/// @param retry how calls are repeated
/// @param breaker when Redis is not asked
public record RedisConfig(
    String uri,
    String sentinelPassword,
    boolean cluster,
    Duration timeout,
    Duration checkpoint,
    RedisRetryConfig retry,
    RedisBreakerConfig breaker) {
  private static final Pattern URI =
      Pattern.compile("|(redis|rediss|redis-socket|redis-sentinel|rediss-sentinel)://\\S+");
  private static final Pattern NODES =
      Pattern.compile("|rediss?://[^\\s,]+(\\s*,\\s*rediss?://[^\\s,]+)*");

  private static final Duration SHORTEST_LIMIT = Duration.ofMillis(10);
  private static final Duration LONGEST_LIMIT = Duration.ofSeconds(10);

  /// Sessions live five minutes without being written; a few may be missed.
  private static final Duration LONGEST = Duration.ofMinutes(1);

  public RedisConfig {
    new Checks()
        .that(
            cluster || URI.matcher(uri).matches(),
            "redis.uri: '%s' is not of the form redis://HOST:PORT"
                .formatted(Listing.withoutPassword(uri)))
        .that(
            !cluster || NODES.matcher(uri).matches(),
            "redis.uri: '%s' is not of the form redis://HOST:PORT,redis://HOST:PORT (redis.cluster)"
                .formatted(Listing.withoutPassword(uri)))
        .range("redis.timeout", timeout, SHORTEST_LIMIT, LONGEST_LIMIT)
        .range("redis.checkpoint", checkpoint, Duration.ofSeconds(1), LONGEST)
        .done();
  }

  static RedisConfig read(Settings in) {
    return new RedisConfig(
        in.secret("redis.uri"),
        in.secret("redis.sentinel-password"),
        in.flag("redis.cluster", false),
        in.duration("redis.timeout", Duration.ofMillis(500)),
        in.duration("redis.checkpoint", Duration.ofSeconds(30)),
        in.section(() -> RedisRetryConfig.read(in)).orElseGet(RedisRetryConfig::byDefault),
        in.section(() -> RedisBreakerConfig.read(in)).orElseGet(RedisBreakerConfig::byDefault));
  }

  void write(Listing out) {
    out.addSecret("redis.uri", uri, Listing.withoutPassword(uri))
        .add("redis.sentinel-password", sentinelPassword.isEmpty() ? "" : Listing.REDACTED)
        .add("redis.cluster", cluster)
        .add("redis.timeout", timeout)
        .add("redis.checkpoint", checkpoint);
    retry.write(out);
    breaker.write(out);
  }

  /// Without the password.
  @Override
  public String toString() {
    return "RedisConfig["
        + Listing.withoutPassword(uri)
        + ", "
        + DurationText.format(timeout)
        + "]";
  }
}
