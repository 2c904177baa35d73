package io.sluice.perf.stress;

import io.sluice.perf.run.Accounting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// What one node tells of itself, and what its process takes of the machine. One thread.
final class NodeSampler {
  /// Titles of plots that have others, too.
  static final String PROCESSOR = "processor";

  static final String HELD = "memory";

  private static final String CPU = "process_cpu_time_ns_total";
  private static final String LAGS = "sluice_hub_lags_total";

  /// Told of one look.
  private static final int MOST_LAGS = 10;

  private static final double MIB = 1L << 20;

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

  /// @param number from 1
  /// @param pid of its process, where that is on this machine and known
  NodeSampler(int number, URI api, OptionalLong pid, HttpClient http) {
    this.number = number;
    this.name = "node-" + number;
    this.api = api;
    this.pid = pid;
    this.http = http;
  }

  /// Looks once. A node that does not answer leaves a gap.
  ///
  /// @param second since the run began
  void sample(double second, Series series, Measures measures) throws InterruptedException {
    MetricsPage page;
    try {
      page = MetricsPage.of(http, api);
    } catch (IOException _) {
      before = Map.of();
      return;
    }
    double passed = second - beforeAt;
    for (Drawn drawn : DRAWN) {
      double now = page.sum(drawn.name()).orElse(Double.NaN);
      double value = drawn.counts() ? perSecond(drawn.name(), now, passed) : now;
      double shown = drawn.unit().equals("ms") ? value * 1_000 : value;
      series.add(drawn.plot(), drawn.unit(), name, second, shown);
    }
    double cpu = perSecond(CPU, page.sum(CPU).orElse(Double.NaN), passed) / 1e7;
    series.add(PROCESSOR, "% of one", name, second, cpu);
    measures.value(Measures.cpu(number), cpu);
    double memory = memory(page);
    series.add(HELD, "MB", name, second, memory);
    measures.value(Measures.memory(number), memory);
    double lags = (page.sum(LAGS).orElse(0) - before.getOrDefault(LAGS, Double.NaN));
    for (int i = 0; i < Math.min(MOST_LAGS, lags); i++) {
      measures.value(Measures.LAG, 0);
    }
    before = page.sums();
    beforeAt = second;
  }

  private double perSecond(String metric, double now, double passed) {
    Double then = before.get(metric);
    return then == null || passed <= 0 ? Double.NaN : Math.max(0, now - then) / passed;
  }

  /// What the process holds; of one elsewhere what its JVM has taken.
  private double memory(MetricsPage page) {
    if (pid.isPresent()) {
      try {
        return Accounting.residentBytes(pid.getAsLong()) / MIB;
      } catch (IOException | NumberFormatException _) {
        return Double.NaN; // it ends
      }
    }
    return page.sum("jvm_memory_committed_bytes").orElse(Double.NaN) / MIB;
  }
}
