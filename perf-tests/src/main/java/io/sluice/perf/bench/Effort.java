package io.sluice.perf.bench;

import java.time.Duration;

/// How much work a run puts into its figures.
///
/// @param rounds how often each figure is measured
/// @param idleConnections for the memory of a connection
/// @param growingHeap whether that is also measured with a heap that grows
/// @param warming how long a load lasts before one that counts
/// @param paced how long a paced load lasts
/// @param step how long one step of the search for saturation lasts
/// @param refinements halvings of the step between what is sustained and what is not
record Effort(
    int rounds,
    int idleConnections,
    boolean growingHeap,
    Duration warming,
    Duration paced,
    Duration step,
    int refinements) {
  /// Under three minutes together, with two scenarios and a bit.
  static Effort quick(int rounds) {
    return new Effort(
        rounds,
        4_000,
        /* growingHeap= */ false,
        Duration.ofMillis(500),
        Duration.ofMillis(1_500),
        Duration.ofMillis(800),
        /* refinements= */ 1);
  }

  static Effort full(int rounds) {
    return new Effort(
        rounds,
        15_000,
        /* growingHeap= */ true,
        Duration.ofSeconds(1),
        Duration.ofSeconds(6),
        Duration.ofMillis(2_500),
        /* refinements= */ 3);
  }
}
