package io.sluice.gateway.health;

import java.time.Instant;
import java.util.Locale;

/// A circuit breaker in front of something that may be away.
///
/// @param name fixed, also a metric's label
/// @param since when it became so, by this node's clock
/// @param cause why it opened last, for people; "" = it never did
public record Breaker(String name, State state, Instant since, String cause) {
  /// Whether calls get through.
  public enum State {
    CLOSED,
    /// One at a time, to see.
    HALF_OPEN,
    OPEN;

    /// As it stands in JSON and in metrics.
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
