package io.sluice.session;

import io.lettuce.core.RedisURI;
import java.time.Duration;

/// How sessions are stored.
///
/// @param uri where Redis is, such as `redis://10.0.0.5:6379` or `rediss://user:password@host`;
///   empty for no Redis: sessions are then known to this node only
/// @param timeout the limit for every call, 10 ms to 10 s
/// @param ttl how long an open session lives without being seen
/// @param grace how long a closed session can be resumed
/// @param queue how many calls may wait for Redis at once; beyond it a call is answered from this
///   node's memory. A call takes about 1 KiB while it waits
/// @param localSessions how many sessions this node remembers by itself; beyond it those that were
///   not used for longest are forgotten. A session takes about 0.5 KiB
public record SessionStoreSettings(
    String uri, Duration timeout, Duration ttl, Duration grace, int queue, int localSessions) {
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
  private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);

  public SessionStoreSettings {
    if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("the time limit is 10 ms to 10 s: " + timeout);
    }
    if (ttl.toMillis() < 1 || grace.toMillis() < 1) {
      throw new IllegalArgumentException("sessions live 1 ms or longer: " + ttl + ", " + grace);
    }
    if (queue < 1 || localSessions < 1) {
      throw new IllegalArgumentException(
          "queue and local sessions are 1 or more: " + queue + ", " + localSessions);
    }
    if (!uri.isEmpty()) {
      check(uri);
    }
  }

  /// 500 ms for a call, 5 minutes without being seen, 2 minutes of grace, 10,000 calls, 100,000
  /// local sessions.
  ///
  /// @param uri as [#uri()]
  public static SessionStoreSettings of(String uri) {
    return new SessionStoreSettings(
        uri, Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofMinutes(2), 10_000, 100_000);
  }

  RedisURI redis() {
    return RedisURI.create(uri);
  }

  // Not with the address in the message: it may hold a password.
  private static void check(String uri) {
    try {
      RedisURI.create(uri);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "not a Redis address (redis://host:port or rediss://user:password@host:port)");
    }
  }

  /// Without the address, which may hold a password.
  @Override
  public String toString() {
    return "SessionStoreSettings[redis="
        + (uri.isEmpty() ? "none" : redis().getHost() + ":" + redis().getPort())
        + ", timeout="
        + timeout
        + ", ttl="
        + ttl
        + ", grace="
        + grace
        + ", queue="
        + queue
        + ", localSessions="
        + localSessions
        + "]";
  }
}
