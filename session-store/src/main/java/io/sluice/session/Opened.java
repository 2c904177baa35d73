package io.sluice.session;

import java.util.Optional;

/// What opening a session found.
///
/// @param generation fences this connection's writes against those of earlier and later ones;
///   always higher than any before it
/// @param resumed whether the session was known: held by a connection, or closed a moment ago
/// @param previous the connection that held it until now and has to be closed
/// @param state what the connection before has left
public record Opened(
    long generation, boolean resumed, Optional<Holder> previous, SessionState state) {
  /// What was found here, and not in the store that should have been asked.
  Opened guessed() {
    return new Opened(generation, resumed, previous, state.guessed());
  }

  /// With what was left, as somebody else knows.
  Opened with(SessionState left) {
    var all = new SessionState(left.subscriptions(), left.served());
    return new Opened(generation, resumed, previous, all);
  }

  static Opened anew(long generation) {
    return new Opened(generation, false, Optional.empty(), SessionState.NONE);
  }
}
