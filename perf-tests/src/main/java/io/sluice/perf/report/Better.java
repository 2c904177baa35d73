package io.sluice.perf.report;

/// Which way a figure should go.
public enum Better {
  /// As little as possible: latency, CPU, memory.
  LOWER,
  /// As much as possible: throughput.
  HIGHER,
  /// The figure describes and does not judge: what was offered, how many connections.
  NEITHER
}
