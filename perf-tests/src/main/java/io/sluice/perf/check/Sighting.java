package io.sluice.perf.check;

/// One publication as a client received it.
///
/// @param offset of the position after it
/// @param sequence the number its producer gave it: 0, 1, 2… within its channel
record Sighting(long offset, long sequence) {
  /// As histories show it: `sequence@offset`.
  @Override
  public String toString() {
    return sequence + "@" + offset;
  }
}
