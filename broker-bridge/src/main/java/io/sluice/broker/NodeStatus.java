package io.sluice.broker;

/// A node that is not dead, as this node sees it.
public record NodeStatus(NodeInfo info, NodeLoad load, State state) {
  /// What is to be expected of a node.
  public enum State {
    /// It is heard, and takes clients.
    LIVE,
    /// It is heard, and sends its clients elsewhere.
    DRAINING,
    /// It was not heard for three heartbeats (6 s): it has died, or Kafka is away.
    STALE
  }
}
