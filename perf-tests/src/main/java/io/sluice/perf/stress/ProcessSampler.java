package io.sluice.perf.stress;

import io.sluice.perf.run.Accounting;
import java.io.IOException;

/// What a process of this machine that is no node takes of it: Kafka's, and Gatling's own, which
/// must not be what limits a run. One thread.
final class ProcessSampler {
  private static final double MIB = 1L << 20;

  private final String name;
  private final long pid;
  private long before = -1;
  private double beforeAt;

  ProcessSampler(String name, long pid) {
    this.name = name;
    this.pid = pid;
  }

  /// Looks once; a process that has ended leaves a gap.
  ///
  /// @param second since the run began
  void sample(double second, Series series) {
    try {
      long now = Accounting.cpu(pid).toNanos();
      if (before >= 0 && second > beforeAt) {
        double share = (now - before) / (second - beforeAt) / 1e7;
        series.add(NodeSampler.PROCESSOR, "% of one", name, second, share);
      }
      before = now;
      beforeAt = second;
      double memory = Accounting.residentBytes(pid) / MIB;
      series.add(NodeSampler.HELD, "MB", name, second, memory);
    } catch (IOException | IllegalStateException | NumberFormatException _) {
      before = -1;
    }
  }
}
