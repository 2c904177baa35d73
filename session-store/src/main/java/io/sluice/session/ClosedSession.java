package io.sluice.session;

import java.time.Instant;

/// A session that nobody holds.
///
/// @param key what it is known by
/// @param last the connection that held it last
/// @param generation of that connection
/// @param closed when it was closed, by the clock of its node
public record ClosedSession(SessionKey key, SessionInfo last, long generation, Instant closed) {}
