package io.sluice.gateway.hub;

/// What a subscription with deltas was last sent of one partition: the only thing a patch for it
/// may lead on from. Confined to its loop.
final class LastSent {
  /// Nothing that the client is sure to have.
  static final long NOTHING = -1;

  /// The record's Kafka offset, or [#NOTHING].
  long offset = NOTHING;
}
