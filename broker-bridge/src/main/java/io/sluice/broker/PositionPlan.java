package io.sluice.broker;

/// What a client's position means against what this node has of the log.
public sealed interface PositionPlan {
  /// The position is where reading has come to.
  ///
  /// @param since the client's offset
  record NothingMissed(long since) implements PositionPlan {}

  /// Everything after the position is in the window.
  ///
  /// @param since the Kafka offset to go on from
  record FromWindow(long since) implements PositionPlan {}

  /// Some of what follows has left the window, and may be read again from the log, if that still
  /// begins at or before the position.
  ///
  /// @param since the Kafka offset to go on from
  record FromKafka(long since) implements PositionPlan {}

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
    /// What follows it is no longer in the window, and nothing is read below it.
    BELOW_WINDOW,
    /// Reading again what follows would cost more than the namespace allows.
    TOO_FAR,
    /// The log begins after it.
    RETENTION,
    /// It lies beyond the log's end.
    BEYOND_END
  }
}
