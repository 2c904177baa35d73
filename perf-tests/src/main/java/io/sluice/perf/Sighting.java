package io.sluice.perf;

import io.sluice.broker.Position;

/// One publication as a client received it.
///
/// @param position the position after it
/// @param sequence the number its producer gave it: 0, 1, 2… within its channel
public record Sighting(Position position, long sequence) {
  public Sighting {
    if (sequence < 0) {
      throw new IllegalArgumentException("a sequence number is 0 or more: " + sequence);
    }
  }

  /// As histories show it: `sequence@offset`.
  @Override
  public String toString() {
    return sequence + "@" + position.offset();
  }
}
