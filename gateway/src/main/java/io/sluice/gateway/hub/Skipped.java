package io.sluice.gateway.hub;

/// What a leg was not given because its connection had no room, in a namespace that then leaves out
/// what is old. Confined to its loop.
final class Skipped {
  private long count;
  private long newest = -1;

  /// There is room, but nothing of what was left out is in the window any more: the next
  /// publication says how many they were.
  boolean room;

  /// One more was left out.
  ///
  /// @param offset its Kafka offset, above those before
  void add(long offset) {
    count++;
    newest = offset;
  }

  /// So many were left out before.
  void carry(long earlier) {
    count += earlier;
  }

  long count() {
    return count;
  }

  /// The Kafka offset of the last one.
  long newest() {
    return newest;
  }
}
