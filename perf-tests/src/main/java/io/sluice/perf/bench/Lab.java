package io.sluice.perf.bench;

import io.sluice.perf.bench.Findings.Cell;
import io.sluice.perf.report.Metric;
import io.sluice.perf.swarm.Swarm;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What scenarios work with. One thread.
final class Lab {
  private final List<Contender> contenders;
  private final @Nullable Backing backing;
  private final Swarm swarm;
  private final Findings findings;
  private final Effort effort;
  private final PrintStream progress;
  private int audiences;

  Lab(
      List<Contender> contenders,
      @Nullable Backing backing,
      Swarm swarm,
      Findings findings,
      Effort effort,
      PrintStream progress) {
    this.contenders = List.copyOf(contenders);
    this.backing = backing;
    this.swarm = swarm;
    this.findings = findings;
    this.effort = effort;
    this.progress = progress;
  }

  List<Contender> contenders() {
    return contenders;
  }

  Backing backing() {
    if (backing == null) {
      throw new IllegalStateException("no Kafka was started");
    }
    return backing;
  }

  Swarm swarm() {
    return swarm;
  }

  Findings findings() {
    return findings;
  }

  Effort effort() {
    return effort;
  }

  /// Tells people how it goes.
  void say(String line) {
    progress.println("    " + line);
  }

  /// A prefix for channels that nobody has used.
  String freshPrefix() {
    audiences++;
    return "bench" + audiences + "c";
  }

  /// Notes one value.
  void found(Scenario scenario, String variant, Contender contender, Metric metric, double value) {
    findings.add(new Cell(scenario.name(), variant, contender.name(), metric), value);
  }
}
