package io.sluice.gateway.hub;

import java.util.concurrent.atomic.LongAdder;

/// What filters of all loops did. For any thread.
final class FilterCounts {
  private final LongAdder applied = new LongAdder();
  private final LongAdder keptBack = new LongAdder();

  /// A filter was applied to a publication.
  void applied() {
    applied.increment();
  }

  /// A subscription did not want a publication.
  void keptBack() {
    keptBack.increment();
  }

  long allApplied() {
    return applied.sum();
  }

  long allKeptBack() {
    return keptBack.sum();
  }
}
