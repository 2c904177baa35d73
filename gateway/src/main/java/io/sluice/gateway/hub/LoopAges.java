package io.sluice.gateway.hub;

import java.util.concurrent.atomic.AtomicLongArray;

/// What one loop counts for [DeliveryAges]. Written by the loop only, without a lock and without
/// making anything; read by any thread, which may see a bucket a moment before the sum.
public final class LoopAges {
  /// Longs of a cache line: the next loop's counts are not to lie in one with these.
  private static final int APART = 8;

  private final long[] bounds;

  /// A bucket for each bound, the last one, and the sum.
  private final AtomicLongArray counts;

  /// @param boundsMs rising; shared, and left alone
  LoopAges(long[] boundsMs) {
    this.bounds = boundsMs;
    this.counts = new AtomicLongArray(boundsMs.length + 2 + APART);
  }

  /// Deliveries were written. Called on the loop.
  ///
  /// @param ageMs of the oldest of them; below 0, as between clocks that differ, counts as 0
  public void add(long ageMs, int deliveries) {
    long age = Math.max(0, ageMs);
    int bucket = 0;
    while (bucket < bounds.length && age > bounds[bucket]) {
      bucket++;
    }
    increase(bucket, deliveries);
    increase(bounds.length + 1, age * deliveries);
  }

  private void increase(int i, long by) {
    counts.lazySet(i, counts.getPlain(i) + by); // nobody else writes
  }

  void addTo(long[] sums) {
    for (int i = 0; i <= bounds.length; i++) {
      sums[i] += counts.get(i);
    }
  }

  long sumMs() {
    return counts.get(bounds.length + 1);
  }
}
