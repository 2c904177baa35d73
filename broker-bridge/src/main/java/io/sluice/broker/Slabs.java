package io.sluice.broker;

/// Finds records in a window's slabs, which are in the log's order and not empty. Pure.
final class Slabs {
  private Slabs() {}

  /// The sequence number of the first record at or above a Kafka offset.
  static long firstSeq(Slab[] slabs, long offset) {
    int s = at(slabs, offset);
    return slabs[s].firstSeq + slabs[s].find(offset);
  }

  /// The slab that holds the first record at or above a Kafka offset, or the last one.
  static int at(Slab[] slabs, long offset) {
    int low = 0;
    int high = slabs.length - 1;
    while (low < high) {
      int mid = (low + high + 1) >>> 1;
      if (slabs[mid].offset(0) <= offset) {
        low = mid;
      } else {
        high = mid - 1;
      }
    }
    return low;
  }

  /// The slab that holds the record of this sequence number.
  static int of(Slab[] slabs, long seq) {
    int low = 0;
    int high = slabs.length - 1;
    while (low < high) {
      int mid = (low + high + 1) >>> 1;
      if (slabs[mid].firstSeq <= seq) {
        low = mid;
      } else {
        high = mid - 1;
      }
    }
    return low;
  }
}
