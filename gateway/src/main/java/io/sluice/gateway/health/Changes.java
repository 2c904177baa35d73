package io.sluice.gateway.health;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/// Remembers since when each check has been as it is. For any thread.
public final class Changes {
  private record Known(HealthCheck.State state, Instant since) {}

  private final Clock clock;
  private final Map<String, Known> known = new HashMap<>();

  public Changes(Clock clock) {
    this.clock = clock;
  }

  /// A check that is like this now.
  ///
  /// @param name one of a few
  public synchronized HealthCheck check(String name, HealthCheck.State state, String detail) {
    Known last = known.get(name);
    if (last == null || last.state() != state) {
      last = new Known(state, clock.instant().truncatedTo(ChronoUnit.MILLIS));
      known.put(name, last);
    }
    return new HealthCheck(name, state, last.since(), detail);
  }
}
