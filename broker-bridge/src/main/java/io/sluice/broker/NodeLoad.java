package io.sluice.broker;

/// What a node's heartbeat says of what it does; up to a heartbeat (2 s) old.
///
/// @param draining whether it sends its clients elsewhere and wants no new ones
/// @param connections open connections of clients
/// @param subscriptions of all connections
/// @param channels different channels among those; one of records without a key counts in each
///   partition
public record NodeLoad(boolean draining, int connections, int subscriptions, int channels) {
  /// Of a node that does nothing, or does not say.
  public static final NodeLoad NONE = new NodeLoad(false, 0, 0, 0);
}
