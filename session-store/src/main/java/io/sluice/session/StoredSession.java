package io.sluice.session;

import java.time.Instant;
import java.util.Optional;

/// A session as it is stored.
///
/// @param key what it is known by
/// @param info the connection that holds it or was the last to hold it
/// @param generation of that connection
/// @param seen when the holder last said that it is there, by its node's clock
/// @param closed when it was closed, by the store's clock; empty while it is open
/// @param swept whether it was closed because its node was taken for dead, and not by its holder,
///   which may be alive after all
/// @param state what its holder leaves
public record StoredSession(
    SessionKey key,
    SessionInfo info,
    long generation,
    Instant seen,
    Optional<Instant> closed,
    boolean swept,
    SessionState state) {

  static StoredSession opened(
      SessionKey key, SessionInfo info, long generation, SessionState state) {
    return new StoredSession(
        key, info, generation, info.connected(), Optional.empty(), false, state);
  }

  static StoredSession of(Checkpoint live) {
    return new StoredSession(
        live.key(),
        live.info(),
        live.generation(),
        live.seen(),
        Optional.empty(),
        false,
        live.state());
  }

  /// The same where there was another state before.
  StoredSession over(SessionState before) {
    return state.whole()
        ? this
        : new StoredSession(key, info, generation, seen, closed, swept, state.over(before));
  }

  /// The connection that would have to give way to a new one.
  Optional<Holder> holder() {
    return closed.isPresent() ? Optional.empty() : Optional.of(info.holder());
  }

  /// Whether a checkpoint comes too late. One from a *later* generation than the stored one does
  /// not: the store has lost something then, not the writer. Nor does one of a holder that was
  /// taken for dead; nor one of the very connection that is stored as a later one, because the
  /// answer to its opening came too late.
  boolean refuses(Checkpoint live) {
    boolean own = info.holder().equals(live.info().holder());
    return live.generation() == generation
        ? closed.isPresent() && !swept
        : live.generation() < generation && !own;
  }

  /// Whether the connection of that generation may still close it.
  boolean mayClose(long writer) {
    return writer == generation && (closed.isEmpty() || swept);
  }

  StoredSession closed(Instant at, SessionState last) {
    return new StoredSession(key, info, generation, seen, Optional.of(at), false, last.over(state));
  }

  StoredSession sweptOut(Instant at) {
    return new StoredSession(key, info, generation, seen, Optional.of(at), true, state);
  }
}
