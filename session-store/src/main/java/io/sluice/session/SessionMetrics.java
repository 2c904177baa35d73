package io.sluice.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The metrics of this module. What each means is said where it is made, and nowhere else:
/// `/metrics` and `deploy/docs/metrics.md` have it from here.
final class SessionMetrics {
  static final String CALLS = "sluice.sessions.calls";
  static final String FALLBACKS = "sluice.sessions.fallbacks";
  static final String DEGRADED = "sluice.sessions.degraded";
  static final String LOCAL = "sluice.sessions.local";
  static final String RETRIES = "sluice.sessions.retries";
  static final String BREAKER_STATE = "sluice.breaker.state";
  static final String BREAKER_REFUSALS = "sluice.breaker.refusals";

  /// How a call that was repeated ended.
  enum Retried {
    ANSWERED,
    GIVEN_UP;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// How a try to connect to Redis ended.
  enum Connect {
    CONNECTED,
    FAILED;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What this module sends; whatever else Lettuce does on its own is one label more.
  private static final Set<String> COMMANDS =
      Set.of("evalsha", "eval", "hgetall", "zrange", "zrem", "ping", "exists");

  private static final String OTHER = "other";
  private static final String COMMAND = "command";

  private final Timer calls;
  private final MeterProvider<Timer> commands;
  private final Counter refusals;
  private final Map<Connect, Counter> connects = new EnumMap<>(Connect.class);
  private final Map<Retried, Counter> retries = new EnumMap<>(Retried.class);
  private final Map<FallbackReason, Counter> fallbacks = new EnumMap<>(FallbackReason.class);

  SessionMetrics(MeterRegistry registry) {
    calls =
        Timer.builder(CALLS)
            .description(
                "Calls of the session store, and how long each took to be answered, by Redis or by this node's memory")
            .register(registry);
    commands =
        Timer.builder("sluice.redis.commands")
            .description(
                "Commands that Redis answered, and how long each took from when it was sent")
            .withRegistry(registry);
    COMMANDS.forEach(name -> commands.withTag(COMMAND, name));
    commands.withTag(COMMAND, OTHER);
    for (Connect result : Connect.values()) {
      connects.put(
          result,
          Counter.builder("sluice.redis.connects")
              .description("Tries of this node to connect to Redis, by how they ended")
              .tag("result", result.label())
              .register(registry));
    }
    refusals =
        Counter.builder(BREAKER_REFUSALS)
            .description("Calls that an open breaker refused at once")
            .tag("breaker", RedisBreaker.NAME)
            .register(registry);
    for (Retried outcome : Retried.values()) {
      retries.put(
          outcome,
          Counter.builder(RETRIES)
              .description("Calls of Redis that were repeated, by how that ended")
              .tag("outcome", outcome.label())
              .register(registry));
    }
    for (FallbackReason reason : FallbackReason.values()) {
      fallbacks.put(
          reason,
          Counter.builder(FALLBACKS)
              .description(
                  "Calls of the session store that this node's memory answered, because Redis did not")
              .tag("reason", reason.label())
              .register(registry));
    }
  }

  void answered(Duration took) {
    calls.record(took);
  }

  /// Redis answered a command.
  ///
  /// @param name in upper case, as Redis has it
  void command(String name, long nanos) {
    String known = name.toLowerCase(Locale.ROOT);
    commands
        .withTag(COMMAND, COMMANDS.contains(known) ? known : OTHER)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  void connect(Connect result) {
    Counter counter = connects.get(result);
    if (counter != null) {
      counter.increment();
    }
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
          .description("1 for the state that a breaker is in, else 0")
          .tags("breaker", RedisBreaker.NAME, "state", state.label())
          .register(registry);
    }
  }

  static void watch(MeterRegistry registry, SessionStore store, LocalSessionStore local) {
    Gauge.builder(DEGRADED, store, s -> s.health() instanceof StoreHealth.Degraded ? 1 : 0)
        .description("1 while sessions are known to this node only, because Redis is away, else 0")
        .register(registry);
    Gauge.builder(LOCAL, local, LocalSessionStore::size)
        .description("Sessions in this node's own memory")
        .register(registry);
  }
}
