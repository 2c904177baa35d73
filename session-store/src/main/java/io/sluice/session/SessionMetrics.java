package io.sluice.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/// The names and units of this module's metrics.
final class SessionMetrics {
  /// Time for a call to be answered, by whichever store.
  static final String CALLS = "sluice.sessions.calls";

  /// Calls that Redis did not answer, by `reason`.
  static final String FALLBACKS = "sluice.sessions.fallbacks";

  /// 1 while sessions are known to this node only because Redis is away, else 0.
  static final String DEGRADED = "sluice.sessions.degraded";

  /// Sessions in this node's own memory.
  static final String LOCAL = "sluice.sessions.local";

  /// Repeated calls of Redis, by `outcome`: `answered`, `given-up`.
  static final String RETRIES = "sluice.sessions.retries";

  /// 1 for the state that a breaker is in, by `breaker` and `state`.
  static final String BREAKER_STATE = "sluice.breaker.state";

  /// Calls that an open breaker refused, by `breaker`.
  static final String BREAKER_REFUSALS = "sluice.breaker.refusals";

  /// How a call that was repeated ended.
  enum Retried {
    ANSWERED,
    GIVEN_UP;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final Timer calls;
  private final Counter refusals;
  private final Map<Retried, Counter> retries = new EnumMap<>(Retried.class);
  private final Map<FallbackReason, Counter> fallbacks = new EnumMap<>(FallbackReason.class);

  SessionMetrics(MeterRegistry registry) {
    calls =
        Timer.builder(CALLS)
            .description("Time for a session call to be answered")
            .register(registry);
    refusals =
        Counter.builder(BREAKER_REFUSALS)
            .description("Calls that an open breaker refused")
            .tag("breaker", RedisBreaker.NAME)
            .register(registry);
    for (Retried outcome : Retried.values()) {
      retries.put(
          outcome,
          Counter.builder(RETRIES)
              .description("Calls of Redis that were repeated")
              .tag("outcome", outcome.label())
              .register(registry));
    }
    for (FallbackReason reason : FallbackReason.values()) {
      fallbacks.put(
          reason,
          Counter.builder(FALLBACKS)
              .description("Session calls not answered by Redis")
              .tag("reason", reason.label())
              .register(registry));
    }
  }

  void answered(Duration took) {
    calls.record(took);
  }

  void fellBack(FallbackReason reason) {
    Counter counter = fallbacks.get(reason);
    if (counter != null) {
      counter.increment();
    }
    if (reason == FallbackReason.BREAKER) {
      refusals.increment();
    }
  }

  void retried(Retried outcome) {
    Counter counter = retries.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  /// Tells how a breaker is.
  static void watch(MeterRegistry registry, RedisBreaker breaker) {
    for (BreakerState.State state : BreakerState.State.values()) {
      Gauge.builder(BREAKER_STATE, breaker, it -> it.state().state() == state ? 1 : 0)
          .description("1 for the state that a breaker is in")
          .tags("breaker", RedisBreaker.NAME, "state", state.label())
          .register(registry);
    }
  }

  static void watch(MeterRegistry registry, SessionStore store, LocalSessionStore local) {
    Gauge.builder(DEGRADED, store, s -> s.health() instanceof StoreHealth.Degraded ? 1 : 0)
        .description("1 while sessions are known to this node only because Redis is away")
        .register(registry);
    Gauge.builder(LOCAL, local, LocalSessionStore::size)
        .description("Sessions in this node's own memory")
        .register(registry);
  }
}
