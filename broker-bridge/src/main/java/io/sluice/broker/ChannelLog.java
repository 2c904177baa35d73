package io.sluice.broker;

import java.util.Arrays;

/// Where a channel's records lie in its partition's window: a list of sequence numbers, oldest
/// first. Kept as the low 32 bits, since a window never holds 2^31 records.
final class ChannelLog {
  /// This object (32), its key's objects (40), its array's header (16), and its node and slot in
  /// the window's map (40), with compressed references.
  private static final int OVERHEAD = 128;

  private static final int SMALLEST_WORTH_SHRINKING = 16;

  final String key;
  private int[] seqs = new int[2];
  private int from;
  private int to;

  ChannelLog(String key) {
    this.key = key;
  }

  synchronized void add(long seq) {
    if (to == seqs.length) {
      int size = to - from;
      seqs = Arrays.copyOfRange(seqs, from, from + Math.max(4, size + (size >> 2) + 1));
      from = 0;
      to = size;
    }
    seqs[to++] = (int) seq;
  }

  /// Whether this is the sequence number of its newest record.
  synchronized boolean isNewest(long seq) {
    return to > from && seqs[to - 1] == (int) seq;
  }

  /// Forgets the oldest, and lets go of memory that three quarters of are not needed any more.
  ///
  /// @return whether any is left
  synchronized boolean dropOldest() {
    from++;
    int size = to - from;
    if (seqs.length >= SMALLEST_WORTH_SHRINKING && size <= seqs.length / 4) {
      seqs = Arrays.copyOfRange(seqs, from, from + seqs.length / 2);
      from = 0;
      to = size;
    }
    return size > 0;
  }

  /// The memory it takes, its place in the window's map included. A key counts two bytes a
  /// character, the most it can take.
  synchronized long bytes() {
    return OVERHEAD + 2L * key.length() + 4L * seqs.length;
  }

  /// The newest of the channel's sequence numbers from `first` on, oldest first, at most `limit`,
  /// counted from the oldest.
  ///
  /// @param first a sequence number at or after the window's oldest
  synchronized long[] since(long first, int limit) {
    int low = place(first);
    return copy(first, low, Math.min(to, low + Math.min(limit, to - low)));
  }

  /// The channel's sequence numbers from `first` to below `end`, oldest first, at most `limit`,
  /// counted from the newest.
  ///
  /// @param first a sequence number at or after the window's oldest
  synchronized long[] newest(long first, long end, int limit) {
    int low = place(first);
    int high = place(end);
    return copy(first, Math.max(low, high - limit), high);
  }

  /// Where the first sequence number at or above this one stands.
  private int place(long seq) {
    int low = from;
    int high = to;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (seqs[mid] - (int) seq < 0) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    return low;
  }

  private long[] copy(long first, int low, int high) {
    long[] found = new long[high - low];
    for (int i = 0; i < found.length; i++) {
      found[i] = first + (seqs[low + i] - (int) first);
    }
    return found;
  }
}
