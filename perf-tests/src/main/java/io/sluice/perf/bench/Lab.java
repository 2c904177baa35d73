package io.sluice.perf.bench;

import io.sluice.perf.bench.Findings.Cell;
import io.sluice.perf.report.Metric;
import io.sluice.perf.swarm.Swarm;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// What scenarios work with. One thread.
final class Lab {
  private final Roster roster;
  private final List<Contender> contenders;
  private final @Nullable Backing backing;
  private final Swarm swarm;
  private final Swarm beside;
  private final Findings findings;
  private final Effort effort;
  private final PrintStream progress;
  private final String group;
  private final Set<Long> known;
  private final AtomicInteger audiences;

  /// @param beside for clients that are there beside those of `swarm`
  Lab(
      Roster roster,
      @Nullable Backing backing,
      Swarm swarm,
      Swarm beside,
      Findings findings,
      Effort effort,
      PrintStream progress) {
    this(
        roster,
        roster.usual(),
        backing,
        swarm,
        beside,
        findings,
        effort,
        progress,
        "",
        new HashSet<>(),
        new AtomicInteger());
  }

  private Lab(
      Roster roster,
      List<Contender> contenders,
      @Nullable Backing backing,
      Swarm swarm,
      Swarm beside,
      Findings findings,
      Effort effort,
      PrintStream progress,
      String group,
      Set<Long> known,
      AtomicInteger audiences) {
    this.roster = roster;
    this.contenders = List.copyOf(contenders);
    this.backing = backing;
    this.swarm = swarm;
    this.beside = beside;
    this.findings = findings;
    this.effort = effort;
    this.progress = progress;
    this.group = group;
    this.known = known;
    this.audiences = audiences;
  }

  /// The same, for scenarios that are parts of another.
  ///
  /// @param title before the titles of their tables
  /// @param others who is measured
  Lab within(String title, List<Contender> others) {
    return new Lab(
        roster,
        others,
        backing,
        swarm,
        beside,
        findings,
        effort,
        progress,
        group + title + ": ",
        known,
        audiences);
  }

  /// The same, for a second audience, in processes of its own, at the same time.
  Lab beside() {
    return new Lab(
        roster,
        contenders,
        backing,
        beside,
        beside,
        findings,
        effort,
        progress,
        group,
        known,
        audiences);
  }

  List<Contender> contenders() {
    return contenders;
  }

  /// Those that can do this.
  List<Contender> contenders(Contender.Ability ability) {
    return contenders.stream().filter(it -> it.can(ability)).toList();
  }

  /// Those that can do this, and other people's servers that cannot, of which [#cannot] says so.
  List<Contender> asked(Contender.Ability ability) {
    return contenders.stream().filter(it -> it.can(ability) || !(it instanceof Floor)).toList();
  }

  /// Whether it cannot do this; then the cell says why.
  boolean cannot(
      Contender.Ability ability,
      Scenario scenario,
      String variant,
      Contender contender,
      Metric metric) {
    if (contender.can(ability)) {
      return false;
    }
    note(scenario, variant, contender, metric, "cannot: " + contender.cannot(ability));
    return true;
  }

  /// Other people's servers.
  List<Contender> peers() {
    return contenders.stream()
        .filter(it -> !it.can(Contender.Ability.PARTS) && !(it instanceof Floor))
        .toList();
  }

  /// Without those that only differ in how publications come or leave: for scenarios in which there
  /// are none.
  List<Contender> different() {
    return contenders.stream().filter(it -> !it.isVariant()).toList();
  }

  /// Everybody but the floor that writes several publications at once.
  List<Contender> servers() {
    return contenders.stream().filter(it -> !(it instanceof Floor && it.isVariant())).toList();
  }

  /// A node that is set up like this; it does not run until it is needed.
  Contender node(NodeSetup setup) {
    return roster.node(setup);
  }

  /// Ends all contenders but this one.
  void alone(Contender contender) {
    roster.alone(contender);
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

  /// Whether this is the first time a process is asked for.
  boolean isNew(long pid) {
    return known.add(pid);
  }

  /// A prefix for channels that nobody has used.
  String freshPrefix() {
    return "bench" + audiences.incrementAndGet() + "c";
  }

  /// Notes one value.
  void found(Scenario scenario, String variant, Contender contender, Metric metric, double value) {
    findings.add(cell(scenario, variant, contender, metric), value);
  }

  /// Says why there is no value.
  void note(Scenario scenario, String variant, Contender contender, Metric metric, String why) {
    findings.note(cell(scenario, variant, contender, metric), why);
  }

  /// Says what a value should be.
  void goal(Scenario scenario, String variant, Contender contender, Metric metric, String goal) {
    note(scenario, variant, contender, metric, "goal: " + goal);
  }

  /// The median of what was found so far.
  OptionalDouble median(Scenario scenario, String variant, Contender contender, Metric metric) {
    return findings.median(cell(scenario, variant, contender, metric));
  }

  private Cell cell(Scenario scenario, String variant, Contender contender, Metric metric) {
    return new Cell(group + scenario.name(), variant, contender.name(), metric);
  }
}
