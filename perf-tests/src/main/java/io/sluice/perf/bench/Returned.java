package io.sluice.perf.bench;

import io.sluice.perf.swarm.Report;
import java.time.Duration;

/// What came of an absence.
///
/// @param back from the first that came back to the last whose subscribes were answered
/// @param took from the first that came back to the last arrival
/// @param deliveries that arrived
/// @param expected how many there were to be
/// @param late how long publishing went on when the first was on its way back
/// @param clientCpu the clients' processor time
/// @param report of the end
record Returned(
    Duration back,
    Duration took,
    long deliveries,
    long expected,
    Duration late,
    Duration clientCpu,
    Report report) {
  /// How long after a client had begun to connect each publication came that it had missed.
  double recoveryMillis(double percentile) {
    return report.recoveryTimes().getValueAtPercentile(percentile) / 1e3;
  }

  /// Of the subscribes of those that came back, in percent.
  double recovered() {
    long recovered = report.verdicts().getOrDefault("recovered", 0L);
    long lost = report.verdicts().getOrDefault("lost", 0L);
    return 100.0 * recovered / Math.max(1, recovered + lost);
  }
}
