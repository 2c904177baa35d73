package io.sluice.broker;

/// Where one Kafka record goes. The keys are key parts of channels of the record's namespace.
sealed interface Route {
  /// To the channel of its key; it lies in that channel's partition.
  record Deliver(String key) implements Route {}

  /// A null value for the channel of its key; it lies in that channel's partition.
  record Tombstone(String key) implements Route {}

  /// A record without a key (its value may be null), for the channel that the namespace names for
  /// such records. Producers spread these over all partitions, so only those that happen to lie in
  /// that channel's own partition have a place among its positions.
  record Keyless(String key) implements Route {}

  /// Nowhere.
  ///
  /// @param detail for people: the value and the limit, never the key or the payload
  record Dead(DeadLetterReason reason, String detail) implements Route {}
}
