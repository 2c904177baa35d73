package io.sluice.broker;

/// What a client's position means against this node's window.
public sealed interface PositionPlan {
  /// Everything after the position is in the window, or there is nothing after it.
  ///
  /// @param since the Kafka offset to go on from
  record FromWindow(long since) implements PositionPlan {}

  /// The client has seen more than this node; true only if the log is that long.
  ///
  /// @param since the client's offset
  record Ahead(long since) implements PositionPlan {}

  /// It cannot be recovered.
  record Unrecoverable(Reason reason) implements PositionPlan {}

  /// Why a position cannot be recovered.
  enum Reason {
    /// Another topic, partition or lineage, or no epoch of ours.
    EPOCH,
    /// What follows it is no longer in the window.
    BELOW_WINDOW,
    /// It lies beyond the log's end.
    BEYOND_END
  }
}
