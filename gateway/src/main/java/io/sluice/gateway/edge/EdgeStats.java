package io.sluice.gateway.edge;

/// The public side of a node in numbers.
///
/// @param clients open connections
/// @param users different users among them
/// @param subscriptions of all connections
public record EdgeStats(int clients, int users, int subscriptions) {}
