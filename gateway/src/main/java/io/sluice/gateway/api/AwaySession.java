package io.sluice.gateway.api;

import java.time.Instant;

/// A session that no live connection holds, and that its client may still come back to.
///
/// @param node the last one that had it
/// @param client the id of its last connection
/// @param connected when that began
/// @param seen when it was there last
/// @param open whether its end was never told: its node has died, or has the connection still
public record AwaySession(
    String node, String client, Instant connected, Instant seen, boolean open) {}
