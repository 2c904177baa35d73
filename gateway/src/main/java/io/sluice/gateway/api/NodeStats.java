package io.sluice.gateway.api;

import java.time.Duration;

/// A node as `info` describes it.
///
/// @param id the node's id
/// @param version the software's version
/// @param uptime since its start
/// @param clients connections
/// @param users different users among them
/// @param subscriptions of all connections
/// @param channels different channels among those
public record NodeStats(
    String id,
    String version,
    Duration uptime,
    int clients,
    int users,
    int subscriptions,
    int channels) {}
