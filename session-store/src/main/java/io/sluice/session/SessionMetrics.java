package io.sluice.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
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

  private final Timer calls;
  private final Map<FallbackReason, Counter> fallbacks = new EnumMap<>(FallbackReason.class);

  SessionMetrics(MeterRegistry registry) {
    calls =
        Timer.builder(CALLS)
            .description("Time for a session call to be answered")
            .register(registry);
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
