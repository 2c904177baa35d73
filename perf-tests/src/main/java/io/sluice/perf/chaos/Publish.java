package io.sluice.perf.chaos;

import java.util.OptionalLong;

/// One publication, and what its publisher was told. Times are [System#nanoTime()].
///
/// @param route how it went
/// @param node that it went through, from 1; 0 for straight to Kafka
/// @param number its number in its channel, from 0
/// @param offset the position after it, where the publisher was told
record Publish(
    Route route,
    int node,
    int channel,
    long number,
    long begun,
    long answered,
    Outcome outcome,
    OptionalLong offset) {
  Way way() {
    return new Way(node, channel);
  }

  /// Who took it.
  enum Route {
    /// A producer of its own, which reaches every broker directly.
    DIRECT,
    /// The HTTP API of a node.
    NODE
  }

  /// What its publisher was told.
  enum Outcome {
    ACKNOWLEDGED,
    /// Refused, or nobody knows: it may be missing, or not.
    FAILED
  }
}
