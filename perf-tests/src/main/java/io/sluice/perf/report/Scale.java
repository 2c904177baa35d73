package io.sluice.perf.report;

/// How an axis places its values.
public enum Scale {
  /// Evenly, from zero.
  LINEAR,
  /// By powers of ten. What is not above zero has no place on it and is not drawn.
  LOG,
  /// For x only, percentiles by their nines: 90, 99, 99.9 and 99.99 are one step apart. The 100th
  /// has no place on it and is not drawn.
  PERCENTILE
}
