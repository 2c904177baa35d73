package io.sluice.broker;

/// How one send of a [RenewingProducer] ended.
sealed interface SendResult {
  /// In Kafka on all in-sync replicas.
  ///
  /// @param offset the record's, or −1 when Kafka recognised a repeat and no longer knows where the
  ///   first one is
  record Stored(long offset) implements SendResult {}

  /// It failed before anything left this process.
  record NotSent(Exception cause) implements SendResult {}

  /// It failed later; unless the cause says otherwise, the record may be in Kafka all the same.
  record Failed(Exception cause) implements SendResult {}
}
