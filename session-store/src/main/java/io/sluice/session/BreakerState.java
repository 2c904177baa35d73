package io.sluice.session;

import java.time.Instant;
import java.util.Locale;

/// How a circuit breaker is at the moment.
///
/// @param name what it guards: `redis`
/// @param since when it has been closed, or not closed, whatever it tried meanwhile; by this node's
///   clock
/// @param lastCause what it opened for last, one phrase without secrets; empty: it never did
public record BreakerState(String name, State state, Instant since, String lastCause) {
  /// What a breaker does with calls.
  public enum State {
    /// Lets all through.
    CLOSED,
    /// Refuses all.
    OPEN,
    /// Lets a few through to see.
    HALF_OPEN;

    /// For metrics and pages: `closed`, `open`, `half-open`.
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
