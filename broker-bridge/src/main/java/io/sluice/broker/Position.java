package io.sluice.broker;

/// Where a subscription stands in its partition.
///
/// @param epoch opaque text; offsets of different epochs cannot be compared
/// @param offset the next Kafka offset after the record last seen, what a consumer would commit
public record Position(String epoch, long offset) {
  public Position {
    if (offset < 0) {
      throw new IllegalArgumentException("an offset cannot be negative: " + offset);
    }
  }
}
