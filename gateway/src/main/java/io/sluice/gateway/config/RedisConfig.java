package io.sluice.gateway.config;

import java.time.Duration;
import java.util.regex.Pattern;

/// `redis.*`: the cache of sessions.
///
/// @param uri as Lettuce reads it, `redis://[[user]:password@]host:port[/database]`; a secret,
///   since it may hold a password; "" = no Redis, sessions are kept by each node
/// @param timeout of every command
public record RedisConfig(String uri, Duration timeout) {
  private static final Pattern URI =
      Pattern.compile("|(redis|rediss|redis-socket|redis-sentinel|rediss-sentinel)://\\S+");

  public RedisConfig {
    new Checks()
        .that(
            URI.matcher(uri).matches(),
            "redis.uri: '%s' is not of the form redis://HOST:PORT".formatted(redacted(uri)))
        .range("redis.timeout", timeout, Duration.ofMillis(1))
        .done();
  }

  static RedisConfig read(Settings in) {
    return new RedisConfig(
        in.secret("redis.uri"), in.duration("redis.timeout", Duration.ofMillis(500)));
  }

  void write(Listing out) {
    out.add("redis.uri", redacted(uri)).add("redis.timeout", timeout);
  }

  /// Shows where, not who with which password: nothing before the last `@` and no query.
  private static String redacted(String uri) {
    return uri.replaceFirst("//.*@", "//" + Listing.REDACTED + "@").replaceFirst("\\?.*", "");
  }

  /// Without the password.
  @Override
  public String toString() {
    return "RedisConfig[" + redacted(uri) + ", " + DurationText.format(timeout) + "]";
  }
}
