package io.sluice.session;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// All that a live connection says of its session, also to a store that has lost it.
///
/// @param key the session
/// @param info the connection
/// @param generation as it was given when the connection opened the session
/// @param seen now, by the node's clock, to the millisecond
/// @param state what a later connection of the session is left
public record Checkpoint(
    SessionKey key, SessionInfo info, long generation, Instant seen, SessionState state) {
  public Checkpoint {
    seen = seen.truncatedTo(ChronoUnit.MILLIS);
  }
}
