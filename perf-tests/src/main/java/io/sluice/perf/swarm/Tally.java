package io.sluice.perf.swarm;

import io.sluice.perf.check.Claim;
import io.sluice.perf.check.Violation;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/// What a population counts. Confined to the loop.
final class Tally {
  /// Kinds of ends and errors kept; what a broken server says may differ each time.
  private static final int MOST_KINDS = 50;

  private final Histogram latencies = Report.emptyHistogram();
  private final Histogram recoveries = Report.emptyHistogram();
  private final Histogram returns = Report.emptyHistogram();
  private final Map<String, Long> ends = new TreeMap<>();
  private final Map<String, Long> verdicts = new TreeMap<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private long received;
  private long lastAt;
  private long connectingAt;

  /// A client begins to connect.
  void connecting(long now) {
    if (connectingAt == 0) {
      connectingAt = now;
    }
  }

  /// A publication, live.
  void received(long due, long now) {
    received++;
    lastAt = now;
    time(latencies, due, now);
  }

  /// A publication out of the past: its latency says how long the client was away, so it does not
  /// count; how soon after its return it came does.
  ///
  /// @param since when the client began to connect
  void caughtUp(long since, long now) {
    received++;
    lastAt = now;
    time(recoveries, since, now);
  }

  /// A client is live again.
  ///
  /// @param since when it lost its connection
  void returned(long since, long now) {
    time(returns, since, now);
  }

  private static void time(Histogram times, long from, long to) {
    times.recordValue(Math.clamp((to - from) / 1_000, 1, times.getHighestTrackableValue()));
  }

  void ended(String how) {
    count(ends, how);
  }

  void verdict(String what) {
    count(verdicts, what);
  }

  void error(String what) {
    count(errors, what);
  }

  private static void count(Map<String, Long> kinds, String what) {
    kinds.merge(kinds.size() < MOST_KINDS ? what : "other", 1L, Long::sum);
  }

  /// Begins to measure.
  void reset() {
    latencies.reset();
    recoveries.reset();
    returns.reset();
    received = 0;
    lastAt = 0;
    connectingAt = 0;
  }

  /// A new audience.
  void clear() {
    reset();
    ends.clear();
    verdicts.clear();
    errors.clear();
  }

  /// How many have come, and nothing that takes time to find out.
  Report count(int clients, int live) {
    return report(clients, live, "", "", "", 0, List.of(), List.of(), 0);
  }

  Report report(
      int clients,
      int live,
      long missing,
      List<Violation> violations,
      List<Claim> claims,
      long tookMs) {
    return report(
        clients,
        live,
        Report.packed(latencies),
        Report.packed(recoveries),
        Report.packed(returns),
        missing,
        violations,
        claims,
        tookMs);
  }

  private Report report(
      int clients,
      int live,
      String histogram,
      String recovering,
      String returning,
      long missing,
      List<Violation> violations,
      List<Claim> claims,
      long tookMs) {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Report(
        clients,
        live,
        received,
        lastAt,
        connectingAt,
        histogram,
        recovering,
        returning,
        Map.copyOf(ends),
        Map.copyOf(verdicts),
        Map.copyOf(errors),
        missing,
        violations,
        claims,
        system.getProcessCpuTime(),
        tookMs);
  }
}
