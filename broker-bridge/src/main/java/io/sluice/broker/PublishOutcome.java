package io.sluice.broker;

import java.time.Duration;

/// How a publish ended. Only [Acknowledged] promises anything; after [Unknown] the record may or
/// may not be in Kafka.
public sealed interface PublishOutcome {
  /// In Kafka on all in-sync replicas.
  ///
  /// @param position where the publication stands; offset 0 in the rare case that Kafka recognised
  ///   a repeat and no longer knows where the first one is
  record Acknowledged(Position position) implements PublishOutcome {}

  /// Nothing was sent and trying again later may work: the queue is full, or Kafka is away.
  ///
  /// @param reason for people, without payload
  /// @param retryAfter when that may be
  record Refused(String reason, Duration retryAfter) implements PublishOutcome {
    private static final Duration SOON = Duration.ofSeconds(1);

    /// When nobody knows better: in a second.
    public Refused(String reason) {
      this(reason, SOON);
    }
  }

  /// Sent, but no answer in time.
  ///
  /// @param reason for people, without payload
  record Unknown(String reason) implements PublishOutcome {}

  /// It can never work as it is: too large, no such key.
  ///
  /// @param reason for people; names the value and the limit
  record Rejected(String reason) implements PublishOutcome {}
}
