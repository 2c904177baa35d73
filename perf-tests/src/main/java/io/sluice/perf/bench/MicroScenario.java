package io.sluice.perf.bench;

import io.sluice.perf.bench.Findings.Cell;
import io.sluice.perf.micro.Micro;
import io.sluice.perf.report.Better;
import io.sluice.perf.report.Metric;
import java.io.PrintStream;
import java.time.Duration;

/// The microbenchmarks: single operations inside the JVM.
final class MicroScenario {
  private static final Duration EACH = Duration.ofSeconds(5);

  private final Findings findings;
  private final PrintStream progress;

  MicroScenario(Findings findings, PrintStream progress) {
    this.findings = findings;
    this.progress = progress;
  }

  /// @param forks JVMs for each benchmark
  void run(int forks) throws Exception {
    progress.println(BenchPlan.MICRO);
    for (Micro.Figure it : Micro.run(EACH, forks, progress)) {
      Metric metric = new Metric(it.unit(), "", Better.LOWER);
      Cell cell = new Cell(BenchPlan.MICRO, it.name(), "Sluice", metric);
      it.iterations().forEach(value -> findings.add(cell, value));
    }
  }
}
