package io.sluice.perf.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// How much more memory each node has in use late in a run than early in it, by which leaks are
/// found. Looks are few, because nodes on this machine collect all garbage for each: five from a
/// fifth of the run on, when it is warm, and five in its last eighth. Any thread.
final class Growth {
  private static final int LOOKS = 5;
  private static final double STEP = 0.025;
  private static final double WARM = 0.2;
  private static final double HALF = 0.5;
  private static final double LATE = 0.88;

  private final List<List<Double>> early = new ArrayList<>();
  private final List<List<Double>> late = new ArrayList<>();
  private int earlyLooks;
  private int lateLooks;

  /// @param nodes how many there are
  Growth(int nodes) {
    for (int i = 0; i < nodes; i++) {
      early.add(new ArrayList<>());
      late.add(new ArrayList<>());
    }
  }

  /// Whether to look now; each look is told once.
  ///
  /// @param progress 0 when the first user has come, 1 when nothing more is published
  synchronized boolean isDue(double progress) {
    if (progress >= LATE) {
      boolean due = lateLooks < LOOKS && progress >= LATE + lateLooks * STEP;
      lateLooks += due ? 1 : 0;
      return due;
    }
    boolean due = earlyLooks < LOOKS && progress < HALF && progress >= WARM + earlyLooks * STEP;
    earlyLooks += due ? 1 : 0;
    return due;
  }

  /// What a node has in use.
  ///
  /// @param node from 0
  /// @param megabytes nothing where it could not be seen
  synchronized void saw(int node, double progress, OptionalDouble megabytes) {
    megabytes.ifPresent(it -> (progress < HALF ? early : late).get(node).add(it));
  }

  /// Of the medians of both ends; 0 when there is less, nothing where one of them was not seen.
  ///
  /// @param node from 0
  synchronized OptionalDouble megabytes(int node) {
    if (early.get(node).isEmpty() || late.get(node).isEmpty()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(Math.max(0, median(late.get(node)) - median(early.get(node))));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
