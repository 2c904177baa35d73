package io.sluice.session;

import java.util.Optional;

/// What opening a session found.
///
/// @param generation fences this connection's writes against those of earlier and later ones;
///   always higher than any before it
/// @param resumed whether the session was known: held by a connection, or closed a moment ago
/// @param previous the connection that held it until now and has to be closed
public record Opened(long generation, boolean resumed, Optional<Holder> previous) {}
