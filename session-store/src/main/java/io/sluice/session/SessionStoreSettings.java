package io.sluice.session;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// How sessions are stored.
///
/// @param uri where Redis is: `redis://10.0.0.5:6379`, `rediss://user:password@host` with TLS, or
///   `redis-sentinel://sentinel-1:26379,sentinel-2:26379/0#master`; in a cluster some of its nodes,
///   separated by commas; empty for no Redis: sessions are then known to this node only
/// @param cluster whether the address is of a Redis Cluster
/// @param timeout the limit for every call, 10 ms to 10 s
/// @param ttl how long an open session lives without a checkpoint
/// @param grace how long a closed session can be resumed
/// @param checkpoint at most so long after its last one comes each session's next checkpoint; at
///   most a fifth of the time to live, so that a few may be missed
/// @param claim how long an idempotency key is a publish's that does not say how it ended; longer
///   than any publish takes, or it would be made twice
/// @param queue how many calls may wait for Redis at once; beyond it a call is answered from this
///   node's memory. A call takes about 1 KiB while it waits
/// @param localSessions how many sessions this node remembers by itself; beyond it those that were
///   not used for longest are forgotten. A session takes about 0.5 KiB, and counts for more when it
///   leaves more to be resumed
/// @param sentinelPassword that Sentinels want to be asked with, if they want one; that of the
///   master is in the address
/// @param resilience what is done about a Redis that fails
public record SessionStoreSettings(
    String uri,
    boolean cluster,
    Duration timeout,
    Duration ttl,
    Duration grace,
    Duration checkpoint,
    Duration claim,
    int queue,
    int localSessions,
    String sentinelPassword,
    RedisResilience resilience) {
  private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
  private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);

  /// Of the time to live.
  private static final int CHECKPOINTS = 5;

  public SessionStoreSettings {
    if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("the time limit is 10 ms to 10 s: " + timeout);
    }
    if (ttl.toMillis() < 1 || grace.toMillis() < 1) {
      throw new IllegalArgumentException("sessions live 1 ms or longer: " + ttl + ", " + grace);
    }
    if (checkpoint.toMillis() < 1 || checkpoint.multipliedBy(CHECKPOINTS).compareTo(ttl) > 0) {
      throw new IllegalArgumentException(
          "checkpoints are 1 ms to a fifth of the time to live apart: " + checkpoint + ", " + ttl);
    }
    if (claim.toMillis() < 1) {
      throw new IllegalArgumentException("a key is claimed for 1 ms or longer: " + claim);
    }
    if (queue < SessionStore.MAX_BATCH || localSessions < 1) {
      throw new IllegalArgumentException(
          "a queue holds %d calls or more, there are 1 or more local sessions: %d, %d"
              .formatted(SessionStore.MAX_BATCH, queue, localSessions));
    }
    if (!uri.isEmpty()) {
      check(uri, cluster);
    }
  }

  /// Where no Sentinel wants a password.
  public SessionStoreSettings(
      String uri,
      boolean cluster,
      Duration timeout,
      Duration ttl,
      Duration grace,
      Duration checkpoint,
      Duration claim,
      int queue,
      int localSessions) {
    this(
        uri,
        cluster,
        timeout,
        ttl,
        grace,
        checkpoint,
        claim,
        queue,
        localSessions,
        "",
        RedisResilience.STANDARD);
  }

  /// The same, where Sentinels want this.
  public SessionStoreSettings withSentinelPassword(String password) {
    return new SessionStoreSettings(
        uri,
        cluster,
        timeout,
        ttl,
        grace,
        checkpoint,
        claim,
        queue,
        localSessions,
        password,
        resilience);
  }

  /// The same, where this is done about a Redis that fails.
  public SessionStoreSettings withResilience(RedisResilience other) {
    return new SessionStoreSettings(
        uri,
        cluster,
        timeout,
        ttl,
        grace,
        checkpoint,
        claim,
        queue,
        localSessions,
        sentinelPassword,
        other);
  }

  /// 500 ms for a call, 5 minutes without a checkpoint, 2 minutes of grace, 30 s between
  /// checkpoints, [IdempotencyStore#PENDING] for a publish, 10,000 calls, 100,000 local sessions;
  /// not a cluster.
  ///
  /// @param uri as [#uri()]
  public static SessionStoreSettings of(String uri) {
    return new SessionStoreSettings(
        uri,
        false,
        Duration.ofMillis(500),
        Duration.ofMinutes(5),
        Duration.ofMinutes(2),
        Duration.ofSeconds(30),
        IdempotencyStore.PENDING,
        10_000,
        100_000);
  }

  /// The [#claim] for publishes of that length.
  ///
  /// @param publish the longest
  /// @param timeout the limit for a call; two of them are within the claim
  public static Duration claimFor(Duration publish, Duration timeout) {
    Duration longer = publish.plus(timeout.multipliedBy(2)).plusSeconds(1);
    return longer.compareTo(IdempotencyStore.PENDING) > 0 ? longer : IdempotencyStore.PENDING;
  }

  /// What is to be connected to, ready for it.
  List<RedisURI> redis() {
    List<RedisURI> all = addresses(uri, cluster);
    for (RedisURI one : all) {
      one.setTimeout(timeout); // for the handshake of a new connection
      one.setClientName("sluice-sessions");
      one.getSentinels().forEach(this::prepareSentinel);
    }
    return all;
  }

  private void prepareSentinel(RedisURI sentinel) {
    sentinel.setTimeout(timeout);
    if (!sentinelPassword.isEmpty()) {
      sentinel.setAuthentication(sentinelPassword);
    }
  }

  private static List<RedisURI> addresses(String uri, boolean cluster) {
    return cluster
        ? Arrays.stream(uri.split(",", -1)).map(String::strip).map(RedisURI::create).toList()
        : List.of(RedisURI.create(uri));
  }

  // Not with the address in the message: it may hold a password.
  private static void check(String uri, boolean cluster) {
    try {
      boolean sentinels =
          addresses(uri, cluster).stream().anyMatch(one -> !one.getSentinels().isEmpty());
      if (!cluster || !sentinels) {
        return;
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw new IllegalArgumentException(
        cluster
            ? "not addresses of a Redis Cluster (redis://host:port,redis://host:port)"
            : "not a Redis address (redis://host:port, rediss://user:password@host:port or"
                + " redis-sentinel://host:port,host:port/database#master)");
  }

  /// Host and port, or those of the Sentinels.
  static String shown(RedisURI one) {
    return one.getSentinels().isEmpty()
        ? one.getHost() + ":" + one.getPort()
        : one.getSentinels().stream()
                .map(sentinel -> sentinel.getHost() + ":" + sentinel.getPort())
                .collect(Collectors.joining(", "))
            + " (master "
            + one.getSentinelMasterId()
            + ")";
  }

  /// Without the address, which may hold a password.
  @Override
  public String toString() {
    String redis =
        uri.isEmpty()
            ? "none"
            : redis().stream()
                .map(SessionStoreSettings::shown)
                .collect(Collectors.joining(", ", "", cluster ? " (cluster)" : ""));
    return "SessionStoreSettings[redis="
        + redis
        + ", timeout="
        + timeout
        + ", ttl="
        + ttl
        + ", grace="
        + grace
        + ", checkpoint="
        + checkpoint
        + ", claim="
        + claim
        + ", queue="
        + queue
        + ", localSessions="
        + localSessions
        + "]";
  }
}
