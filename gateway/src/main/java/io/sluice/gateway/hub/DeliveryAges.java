package io.sluice.gateway.hub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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

  /// The newest of each bucket.
  private final AtomicReferenceArray<@Nullable AgeExample> examples =
      new AtomicReferenceArray<>(BOUNDS_MS.length + 1);

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

  /// One of those deliveries was traced.
  ///
  /// @param ageMs below 0 counts as 0
  /// @param now milliseconds since 1970
  void example(long ageMs, String trace, String span, long now) {
    long age = Math.max(0, ageMs);
    int found = Arrays.binarySearch(BOUNDS_MS, age);
    int bucket = found >= 0 ? found : -found - 1;
    examples.set(bucket, new AgeExample(age / MS, trace, span, now));
  }

  /// At most one for each bucket, the newest.
  public List<AgeExample> examples() {
    List<AgeExample> all = new ArrayList<>();
    for (int i = 0; i < examples.length(); i++) {
      AgeExample example = examples.get(i);
      if (example != null) {
        all.add(example);
      }
    }
    return all;
  }

  /// All their ages together, in seconds.
  public double sum() {
    return loops.stream().mapToLong(LoopAges::sumMs).sum() / MS;
  }
}
