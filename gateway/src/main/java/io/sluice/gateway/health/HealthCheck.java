package io.sluice.gateway.health;

import java.time.Instant;
import java.util.Locale;

/// One thing that was looked at.
///
/// @param name fixed, also a metric's label
/// @param since when it became so, by this node's clock
/// @param detail for people; "" = nothing to say
public record HealthCheck(String name, State state, Instant since, String detail) {
  /// How it is.
  public enum State {
    UP,
    /// Something is missing, and the node does without.
    DEGRADED,
    /// The node should get no new connections.
    DOWN;

    /// As it stands in JSON and in metrics.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// State and detail in one line.
  String text() {
    return switch (state) {
      case UP -> detail.isEmpty() ? "up" : detail;
      case DEGRADED, DOWN ->
          "%s since %s%s".formatted(state.label(), since, detail.isEmpty() ? "" : ": " + detail);
    };
  }
}
