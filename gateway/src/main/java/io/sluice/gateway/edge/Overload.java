package io.sluice.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/// What this node refuses now because it has too much to do. For any thread.
public final class Overload {
  private record State(ShedLevel level, Instant since) {}

  private final Map<ShedLevel, Counter> shed = new EnumMap<>(ShedLevel.class);
  private volatile State state = new State(ShedLevel.NONE, Instant.EPOCH);

  public Overload(MeterRegistry registry) {
    for (ShedLevel what : ShedLevel.values()) {
      if (what != ShedLevel.NONE) {
        shed.put(
            what,
            Counter.builder("sluice.shed")
                .description("What was refused because the node had too much to do")
                .tag("what", what.label())
                .register(registry));
      }
    }
    Gauge.builder("sluice.shed.level", this, it -> it.state.level().number())
        .description(
            "What the node refuses now: 0 nothing, 1 new connections, 2 also subscribes, 3 also history, presence and recovery from below the window")
        .register(registry);
  }

  void set(ShedLevel level, Instant since) {
    state = new State(level, since);
  }

  /// Whether such a thing is refused.
  boolean refuses(ShedLevel what) {
    return state.level().compareTo(what) >= 0;
  }

  /// Whether one that is asked for now is to be refused; it is counted then.
  public boolean sheds(ShedLevel what) {
    if (!refuses(what)) {
      return false;
    }
    Counter counter = shed.get(what);
    if (counter != null) {
      counter.increment();
    }
    return true;
  }

  /// Whether anything is refused.
  public boolean refuses() {
    return state.level() != ShedLevel.NONE;
  }

  /// Since when, and what, for people.
  public String report() {
    State now = state;
    return now.level() == ShedLevel.NONE
        ? "within bounds"
        : "refuses up to %s since %s".formatted(now.level().label(), now.since());
  }
}
