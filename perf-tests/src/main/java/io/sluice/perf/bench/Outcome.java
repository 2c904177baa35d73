package io.sluice.perf.bench;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/// What a load came to.
///
/// @param deliveries that arrived
/// @param complete whether all did
/// @param lag from the moment the last publication was due to its last arrival
/// @param serverCpu the server's processor time
/// @param clientCpu the clients' processor time
/// @param took from the first publication to the last arrival
/// @param latencies µs
/// @param ended connections that ended
record Outcome(
    long deliveries,
    boolean complete,
    Duration lag,
    Duration serverCpu,
    Duration clientCpu,
    Duration took,
    Histogram latencies,
    long ended) {
  double deliveriesPerSecond() {
    return deliveries * 1e9 / took.toNanos();
  }

  double deliveriesPerCpuSecond() {
    return deliveries * 1e9 / serverCpu.toNanos();
  }

  double serverMicrosPerDelivery() {
    return serverCpu.toNanos() / 1e3 / deliveries;
  }

  double clientMicrosPerDelivery() {
    return clientCpu.toNanos() / 1e3 / deliveries;
  }

  double clientCores() {
    return (double) clientCpu.toNanos() / took.toNanos();
  }

  double millis(double percentile) {
    return latencies.getValueAtPercentile(percentile) / 1e3;
  }
}
