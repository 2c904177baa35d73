package io.sluice.gateway.hub;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// How old the publications of one namespace were when they had been written: counts by age, each
/// loop's own ([LoopAges]), added up when somebody asks. For any thread.
public final class DeliveryAges {
  /// The highest age that counts in each bucket, in milliseconds, as precise as record times are;
  /// one more bucket holds what is older.
  private static final long[] BOUNDS_MS = {
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000
  };

  private static final double MS = 1e3;

  private final List<LoopAges> loops;

  /// @param loops how many count
  DeliveryAges(int loops) {
    this.loops = IntStream.range(0, loops).mapToObj(_ -> new LoopAges(BOUNDS_MS)).toList();
  }

  /// One loop's.
  LoopAges of(int loop) {
    return loops.get(loop);
  }

  /// The buckets' bounds in seconds; the last is infinite.
  public static double[] bounds() {
    double[] bounds = new double[BOUNDS_MS.length + 1];
    Arrays.setAll(bounds, i -> i < BOUNDS_MS.length ? BOUNDS_MS[i] / MS : Double.POSITIVE_INFINITY);
    return bounds;
  }

  /// How many deliveries there were in each bucket so far.
  public long[] counts() {
    long[] counts = new long[BOUNDS_MS.length + 1];
    for (LoopAges loop : loops) {
      loop.addTo(counts);
    }
    return counts;
  }

  /// All their ages together, in seconds.
  public double sum() {
    return loops.stream().mapToLong(LoopAges::sumMs).sum() / MS;
  }
}
