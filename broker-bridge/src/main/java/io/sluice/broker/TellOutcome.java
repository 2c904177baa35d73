package io.sluice.broker;

/// What became of something that all nodes were to be told.
public sealed interface TellOutcome {
  /// In Kafka on all in-sync replicas: every node that lives reads it. One of a version without
  /// commands, during a rolling update, passes it over.
  record Acknowledged() implements TellOutcome {}

  /// Nothing was sent, and trying again later may work.
  ///
  /// @param reason for people
  record Refused(String reason) implements TellOutcome {}

  /// Sent, but no answer in time: it may be read or not.
  ///
  /// @param reason for people
  record Unknown(String reason) implements TellOutcome {}

  /// It can never work as it is.
  ///
  /// @param reason for people; names the value and the limit
  record Rejected(String reason) implements TellOutcome {}
}
