package io.sluice.session;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Opens session stores.
public final class SessionStores {
  /// How long a connection may be mute. Longer than a failover within a Redis Sentinel group or a
  /// managed Redis leaves a good connection waiting, shorter than people wait.
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration FIRST_CONNECT = Duration.ofSeconds(2);

  private SessionStores() {}

  /// A store as configured: Redis with this node's memory behind it, or this node's memory alone
  /// when no Redis is configured. Waits up to two seconds for Redis and then begins without it.
  ///
  /// @param registry gets the metrics of `SessionMetrics`
  public static SessionStore open(SessionStoreSettings settings, MeterRegistry registry) {
    return open(settings, registry, Clock.systemUTC(), PATIENCE);
  }

  static SessionStore open(
      SessionStoreSettings settings, MeterRegistry registry, Clock clock, Duration patience) {
    var local = new LocalSessionStore(settings, clock);
    SessionStore store =
        settings.uri().isEmpty() ? local : withRedis(settings, registry, clock, patience, local);
    SessionMetrics.watch(registry, store, local);
    return store;
  }

  private static SessionStore withRedis(
      SessionStoreSettings settings,
      MeterRegistry registry,
      Clock clock,
      Duration patience,
      LocalSessionStore local) {
    var breaker = new RedisBreaker(clock, System::nanoTime, settings.resilience());
    var metrics = new SessionMetrics(registry);
    var link =
        new RedisLink(
            settings,
            patience,
            clock,
            () -> breaker.trip("connection lost"),
            metrics::connect,
            (_, _, command, _, nanos) -> metrics.command(command.toString(), nanos));
    if (firstHealth(link) instanceof StoreHealth.Degraded degraded) {
      breaker.trip(degraded.reason());
    }
    var redis = new RedisSessionStore(link, settings);
    var store = new ResilientSessionStore(settings, redis, link, breaker, local, metrics);
    SessionMetrics.watch(registry, breaker);
    store.start();
    return store;
  }

  private static StoreHealth firstHealth(RedisLink link) {
    try {
      return link.maintain()
          .toCompletableFuture()
          .get(FIRST_CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot prepare a connection to Redis", e.getCause());
    } catch (TimeoutException _) {
      // Still connecting, which the link's own health says.
    }
    return link.health();
  }
}
