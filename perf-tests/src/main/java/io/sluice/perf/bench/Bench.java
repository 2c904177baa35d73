package io.sluice.perf.bench;

import io.sluice.perf.bench.Findings.Cell;
import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Results;
import io.sluice.perf.report.RunInfo;
import io.sluice.perf.run.ScriptCommand;
import io.sluice.perf.run.Surroundings;
import io.sluice.perf.swarm.Swarm;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One run: starts what is needed, goes through all scenarios once a round, and ends everything
/// again. The rounds of a figure lie as far apart as the run is long, each in a process of its own:
/// a machine's moods, and the luck of a compiler, belong into the spread. One thread.
final class Bench {
  private static final String NOT_YET = "not yet";

  private final BenchPlan plan;
  private final PrintStream progress;
  private final Findings findings = new Findings();
  private int round;

  /// @param progress told how it goes
  Bench(BenchPlan plan, PrintStream progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /// Runs it all.
  ///
  /// @return what was found; [#faults] says what should not have happened
  Results run() throws Exception {
    Instant started = Instant.now();
    long start = System.nanoTime();
    Map<String, String> flags = new LinkedHashMap<>();
    Map<String, String> versions = new LinkedHashMap<>(Surroundings.versions());
    boolean interrupted = false;
    if (!plan.scenarios().isEmpty()) {
      plan.peers().missing().forEach(progress::println);
      interrupted = !measuredAll(flags, versions);
    }
    plan.notYet().forEach((scenario, variants) -> notYet(scenario, variants));
    if (plan.micro() && !interrupted) {
      new MicroScenario(findings, progress).run(plan.effort().rounds());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return new Results(
        new RunInfo(
            started,
            took,
            plan.command(),
            plan.effort().rounds(),
            Surroundings.machine(),
            versions,
            flags,
            remarks()),
        findings.rows(),
        findings.curves());
  }

  List<String> faults() {
    return findings.faults();
  }

  /// Measures until it is done or this thread is interrupted, which is a fault, and then forgotten:
  /// what was found is still to be told.
  ///
  /// @return whether it is done
  private boolean measuredAll(Map<String, String> flags, Map<String, String> versions)
      throws IOException {
    try {
      measure(flags, versions);
    } catch (IOException | RuntimeException e) {
      if (!ScriptCommand.isInterruption(e) || findings.rows().isEmpty()) {
        throw e;
      }
      findings.fault("interrupted in round %d of %d".formatted(round, plan.effort().rounds()));
      var _ = Thread.interrupted();
      return false;
    }
    return true;
  }

  private void measure(Map<String, String> flags, Map<String, String> versions) throws IOException {
    progress.println("starting Kafka and Redis...");
    try (Backing backing = Backing.start(plan.backingFlags());
        Swarm swarm = new Swarm(plan.swarmFlags());
        Swarm beside = new Swarm(plan.swarmFlags());
        Roster roster = roster(backing)) {
      Lab lab = new Lab(roster, backing, swarm, beside, findings, plan.effort(), progress);
      try {
        for (round = 1; round <= plan.effort().rounds(); round++) {
          for (Scenario scenario : plan.scenarios()) {
            round(lab, scenario);
          }
          roster.endAll();
        }
      } finally {
        flags.putAll(roster.flags());
        versions.putAll(roster.versions());
      }
    }
    flags.put("swarm", String.join(" ", plan.swarmFlags()));
    flags.put("Kafka", String.join(" ", plan.backingFlags()));
  }

  private Roster roster(Backing backing) {
    List<String> flags = plan.serverFlags();
    List<Contender> usual = new ArrayList<>();
    usual.add(new SluiceNode(backing, plan.route(), flags, NodeSetup.USUAL));
    usual.addAll(plan.peers().contenders(backing));
    usual.add(new Floor(1, flags)); // after those that are divided by it
    usual.add(new Floor(10, flags));
    return new Roster(usual, setup -> new SluiceNode(backing, plan.route(), flags, setup));
  }

  private void round(Lab lab, Scenario scenario) throws IOException {
    for (Contender contender : scenario.contenders(lab)) {
      progress.printf(
          "round %d of %d, %s: %s%n",
          round, plan.effort().rounds(), scenario.name(), contender.name());
      try {
        scenario.round(lab, contender);
      } catch (IOException | RuntimeException e) {
        if (ScriptCommand.isInterruption(e)) {
          throw e;
        }
        // the other figures are worth having, and the run ends with exit code 1
        findings.fault(scenario.name() + ", " + contender.name() + ": " + e);
        progress.println("    failed: " + e);
      }
    }
  }

  private void notYet(String scenario, Map<String, Metric> variants) {
    variants.forEach(
        (variant, metric) -> findings.note(new Cell(scenario, variant, "Sluice", metric), NOT_YET));
  }

  /// What a reader must know to judge the figures.
  private List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "Server, clients, Kafka and whoever publishes share this machine's processors: highest"
            + " rates are what the machine as a whole sustains.");
    remarks.add(
        "Memory per connection is what the process grows by outside its heap, which is resident from"
            + " the start (-Xms, -XX:+AlwaysPreTouch), and what is alive on the heap after a"
            + " collection; RSS per connection is what a process with a heap that grows (-Xms16m)"
            + " grows by as a whole, after a collection too. Of what is no JVM the former is what the"
            + " process grows by (RSS), with the garbage in it.");
    remarks.add(
        "Latency is measured from the moment a publication was due, so that one that had to wait"
            + " for its sender counts as late.");
    remarks.add(
        "Every client checked every publication: no gap, no repetition, no disorder; what was wrong"
            + " is listed here.");
    remarks.addAll(plan.peers().remarks());
    remarks.addAll(findings.faults());
    return List.copyOf(remarks);
  }
}
