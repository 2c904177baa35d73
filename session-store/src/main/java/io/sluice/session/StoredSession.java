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
public record StoredSession(
    SessionKey key, SessionInfo info, long generation, Instant seen, Optional<Instant> closed) {

  static StoredSession opened(SessionKey key, SessionInfo info, long generation) {
    return new StoredSession(key, info, generation, info.connected(), Optional.empty());
  }

  /// The connection that would have to give way to a new one.
  Optional<Holder> holder() {
    return closed.isPresent() ? Optional.empty() : Optional.of(info.holder());
  }

  /// Whether a write of that generation comes too late. One from a *later* generation than the
  /// stored one does not: the store has lost something then, not the writer.
  boolean refuses(long writer) {
    return writer < generation || (writer == generation && closed.isPresent());
  }

  boolean isHeldBy(long writer) {
    return writer == generation && closed.isEmpty();
  }

  StoredSession seen(Instant at) {
    return new StoredSession(key, info, generation, at, closed);
  }

  StoredSession closed(Instant at) {
    return new StoredSession(key, info, generation, seen, Optional.of(at));
  }
}
