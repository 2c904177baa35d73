package io.sluice.perf.stress;

import io.sluice.perf.run.Accounting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What one node tells of itself, and what its process takes of the machine. One thread.
final class NodeSampler {
  /// Titles of plots that have others, too.
  static final String PROCESSOR = "processor";

  static final String HELD = "memory";

  private static final String CPU = "process_cpu_time_ns_total";
  private static final String LAGS = "sluice_hub_lags_total";

  /// Told of one look; as many in a second are more than clients of one machine can cause.
  private static final int MOST_LAGS = 10_000;

  private static final double MIB = 1L << 20;
  private static final double PERCENT = 100;

  /// What is drawn: title, unit, name on the page, whether it counts up.
  private record Drawn(String plot, String unit, String name, boolean counts) {}

  private static final List<Drawn> DRAWN =
      List.of(
          new Drawn("connections", "", "sluice_edge_connections", /* counts= */ false),
          new Drawn("deliveries", "a second", "sluice_edge_deliveries_total", true),
          new Drawn("behind Kafka", "records", "sluice_tailer_behind_records", false),
          new Drawn("loop lag", "ms", "sluice_loop_lag_seconds", false),
          new Drawn("refusals", "a second", "sluice_edge_refusals_total", true));

  private final int number;
  private final String name;
  private final URI api;
  private final OptionalLong pid;
  private final HttpClient http;
  private Map<String, Double> before = Map.of();
  private double beforeAt;

  /// Processor time and when, where the process is known; negative before the first look.
  private long usedBefore = -1;

  private double usedAt;

  /// @param number from 1
  /// @param pid of its process, where that is on this machine and known
  NodeSampler(int number, URI api, OptionalLong pid, HttpClient http) {
    this.number = number;
    this.name = "node-" + number;
    this.api = api;
    this.pid = pid;
    this.http = http;
  }

  /// Looks once. A node that does not answer leaves a gap; what its process takes is seen all the
  /// same where the process is known.
  ///
  /// @param second since the run began
  /// @return whether all is known that a run is judged by; a process that has ended takes nothing
  boolean sample(double second, Series series, Measures measures) throws InterruptedException {
    if (pid.isPresent()) {
      sampleProcess(pid.getAsLong(), second, series, measures);
    }
    MetricsPage page;
    try {
      page = MetricsPage.of(http, api);
    } catch (IOException _) {
      before = Map.of();
      return pid.isPresent();
    }
    double passed = second - beforeAt;
    for (Drawn drawn : DRAWN) {
      double now = page.sum(drawn.name()).orElse(Double.NaN);
      double value = drawn.counts() ? perSecond(drawn.name(), now, passed) : now;
      double shown = drawn.unit().equals("ms") ? value * 1_000 : value;
      series.add(drawn.plot(), drawn.unit(), name, second, shown);
    }
    if (pid.isEmpty()) {
      double cpu = perSecond(CPU, page.sum(CPU).orElse(Double.NaN), passed) / 1e7;
      tell(PROCESSOR, "% of one", Measures.cpu(number), second, cpu, series, measures);
      double memory = page.sum("jvm_memory_committed_bytes").orElse(Double.NaN) / MIB;
      tell(HELD, "MB", Measures.memory(number), second, memory, series, measures);
    }
    double lags = page.sum(LAGS).orElse(0) - before.getOrDefault(LAGS, Double.NaN);
    for (int i = 0; i < Math.min(MOST_LAGS, lags); i++) {
      measures.value(Measures.LAG, 0);
    }
    before = page.sums();
    beforeAt = second;
    return true;
  }

  private void sampleProcess(long process, double second, Series series, Measures measures) {
    try {
      long used = Accounting.cpu(process).toNanos();
      if (usedBefore >= 0 && second > usedAt) {
        double cpu = (used - usedBefore) / (second - usedAt) / 1e7;
        tell(PROCESSOR, "% of one", Measures.cpu(number), second, cpu, series, measures);
      }
      usedBefore = used;
      usedAt = second;
      double memory = Accounting.residentBytes(process) / MIB;
      tell(HELD, "MB", Measures.memory(number), second, memory, series, measures);
    } catch (IOException | IllegalStateException _) {
      usedBefore = -1; // it has ended
    }
  }

  private void tell(
      String plot,
      String unit,
      String measure,
      double second,
      double value,
      Series series,
      Measures measures) {
    series.add(plot, unit, name, second, value);
    measures.value(measure, value);
  }

  /// What it has in use, MB: what is alive on its heap, and whatever its process holds beside the
  /// heap. It collects all garbage first. Of a node elsewhere its heap after its own collections
  /// only, to the per cent that it tells of.
  ///
  /// @return nothing where it does not answer or has ended
  OptionalDouble inUse() throws InterruptedException {
    try {
      double live = pid.isPresent() ? Accounting.liveHeapBytes(pid.getAsLong()) : Double.NaN;
      MetricsPage page = MetricsPage.of(http, api);
      double bytes =
          pid.isPresent()
              ? live
                  + Accounting.residentBytes(pid.getAsLong())
                  - page.ofHeap("jvm_memory_committed_bytes")
              : page.sum("sluice_memory_after_collection_percent").orElse(Double.NaN)
                  / PERCENT
                  * page.ofHeap("jvm_memory_max_bytes");
      return Double.isFinite(bytes) ? OptionalDouble.of(bytes / MIB) : OptionalDouble.empty();
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(e);
      }
      return OptionalDouble.empty();
    }
  }

  private static InterruptedException interrupted(IOException e) {
    InterruptedException interruption = new InterruptedException(e.getMessage());
    interruption.initCause(e);
    return interruption;
  }

  private double perSecond(String metric, double now, double passed) {
    Double then = before.get(metric);
    return then == null || passed <= 0 ? Double.NaN : Math.max(0, now - then) / passed;
  }
}
