package io.sluice.gateway;

import io.sluice.gateway.config.RedisConfig;
import io.sluice.gateway.health.Breaker;
import io.sluice.session.SessionStore;
import io.sluice.session.StoreHealth;
import java.util.List;
import java.util.function.Supplier;

/// The circuit breakers of a node. For any thread; never waits.
final class Breakers implements Supplier<List<Breaker>> {
  private final SessionStore sessions;
  private final boolean shared;

  Breakers(SessionStore sessions, RedisConfig redis) {
    this.sessions = sessions;
    this.shared = !redis.uri().isEmpty();
  }

  @Override
  public List<Breaker> get() {
    return shared ? List.of(redis()) : List.of();
  }

  private Breaker redis() {
    return switch (sessions.health()) {
      case StoreHealth.Healthy h -> new Breaker("redis", Breaker.State.CLOSED, h.since(), "");
      case StoreHealth.Degraded d ->
          new Breaker("redis", Breaker.State.OPEN, d.since(), d.reason());
    };
  }
}
