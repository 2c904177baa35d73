package io.sluice.perf.bench;

import io.sluice.perf.report.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What a run measures.
///
/// @param scenarios in this order
/// @param notYet cells of features that are not built: scenario, variant, what it would tell
/// @param micro whether the microbenchmarks run too
/// @param effort how thoroughly
/// @param route how publications come to Sluice
/// @param command what was typed
/// @param nodeFlags of servers' JVMs
/// @param peers who else is measured
record BenchPlan(
    List<Scenario> scenarios,
    Map<String, Map<String, Metric>> notYet,
    boolean micro,
    Effort effort,
    SluiceNode.Route route,
    String command,
    List<String> nodeFlags,
    Peers peers) {
  /// Only warnings, and those to stderr.
  static final String QUIET = "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml";

  /// For a process that is as large as what it holds.
  static final List<String> GROWING_HEAP = List.of("-Xms16m", "-XX:-AlwaysPreTouch");

  static final String GC = "gc";
  static final String MICRO = "microbenchmarks";

  private static final int SMALL = 1_000;
  private static final int LARGE = 10_000;
  private static final int UNICAST = 15_000;
  private static final int STAYING = 200;

  /// A node is replaced in less.
  private static final Absence AWAY_FROM_A_RESTART =
      new Absence(SMALL, 100, 50, Duration.ofSeconds(5), Duration.ofSeconds(20));

  BenchPlan {
    scenarios = List.copyOf(scenarios);
    nodeFlags = List.copyOf(nodeFlags);
  }

  /// Few figures in little time.
  private static List<Scenario> quick() {
    return List.of(new IdleMemory(), FanOut.paced(SMALL), new Saturation(SMALL));
  }

  private static List<Scenario> full() {
    return List.of(
        new IdleMemory(),
        new ConnectRate(),
        FanOut.paced(SMALL),
        FanOut.paced(LARGE),
        FanOut.protobuf(SMALL),
        FanOut.unicast(UNICAST),
        new Saturation(SMALL),
        new Saturation(LARGE),
        new Ladder(),
        new ReconnectStorm(5_000, 500),
        new AdmittedStorm(UNICAST),
        new SideBySide(
                "old connections",
                NodeSetup.aging(MovedByAge.AGE),
                List.of(new MovedByAge(SMALL * 5, SMALL / 2)))
            .withPeers(),
        storm(),
        belowTheWindow(),
        new SideBySide(
                "pre-warming",
                NodeSetup.preWarming(),
                List.of(new AfterARestart(AWAY_FROM_A_RESTART)))
            .withPeers(),
        CachedRecords.million(),
        new SessionsInRedis(100_000, List.of(0, 5)),
        new NodeKilled(5_000, 100),
        new SubscribeChurn(1_000, 100),
        new CostGrowth(),
        new NeverReading(LARGE),
        new SideBySide(
            "batching",
            NodeSetup.batching(),
            List.of(FanOut.paced(SMALL), FanOut.dense(SMALL), new Saturation(SMALL))));
  }

  /// Everybody has missed what is in memory.
  private static SideBySide storm() {
    Absence absence = Absence.of(LARGE, 100, 100);
    Duration back = Duration.ofSeconds(2);
    Duration caughtUp = Duration.ofSeconds(5);
    List<Scenario> parts =
        List.of(
            MissedWhileAway.within(absence, back, caughtUp),
            new BesideAStorm(absence, STAYING, Contender.Ability.RECOVERS));
    return new SideBySide("storm", List.of(NodeSetup.open()), parts).withPeers();
  }

  /// Everybody has missed what one of the two nodes no longer has in memory.
  private static SideBySide belowTheWindow() {
    Absence absence = Absence.of(SMALL, 100, 500);
    Contender.Ability needed = Contender.Ability.LOG;
    return new SideBySide(
            "storm below the window",
            NodeSetup.windows(),
            List.of(
                MissedWhileAway.of(absence, needed), new BesideAStorm(absence, STAYING, needed)))
        .withPeers();
  }

  /// What is measured only when it is asked for.
  ///
  /// @param moreFlags lines of flags that are compared with collectors
  private static List<Scenario> extra(List<String> moreFlags) {
    List<Scenario> parts = List.of(new IdleMemory(), FanOut.paced(SMALL), new Saturation(SMALL));
    return List.of(
        new SideBySide("io", NodeSetup.io(), parts),
        new SideBySide(GC, NodeSetup.collectors(moreFlags), parts));
  }

  /// The names that `--only` takes.
  static TreeSet<String> names() {
    TreeSet<String> names = new TreeSet<>();
    full().forEach(scenario -> names.add(scenario.name()));
    extra(List.of()).forEach(scenario -> names.add(scenario.name()));
    names.add(MICRO);
    return names;
  }

  /// @param only names; empty = all that need not be asked for
  /// @param moreFlags lines of flags that are compared with collectors
  static BenchPlan of(
      boolean quick,
      List<String> only,
      List<String> moreFlags,
      Effort effort,
      SluiceNode.Route route,
      String command,
      List<String> nodeFlags,
      Peers peers) {
    List<Scenario> chosen =
        only.isEmpty()
            ? quick ? quick() : full()
            : Stream.concat(full().stream(), extra(moreFlags).stream())
                .filter(it -> only.contains(it.name()))
                .toList();
    boolean whole = !quick && only.isEmpty();
    return new BenchPlan(
        new ArrayList<>(chosen),
        Map.of(),
        whole || only.contains(MICRO),
        effort,
        route,
        command,
        nodeFlags,
        peers);
  }

  /// Flags of the servers' JVMs: those of a node, with the whole heap resident from the start. A
  /// heap that grows and shrinks when the collector likes costs, and hides what the process grows
  /// by outside of it; nodes that matter run like this.
  List<String> serverFlags() {
    String most = "-Xmx";
    String size =
        nodeFlags.stream()
            .filter(it -> it.startsWith(most))
            .map(it -> it.substring(most.length()))
            .reduce("1g", (_, later) -> later);
    List<String> all = new ArrayList<>(nodeFlags);
    all.add(most + size);
    all.add("-Xms" + size);
    all.add("-XX:+AlwaysPreTouch");
    return List.copyOf(new LinkedHashSet<>(all));
  }

  /// Flags of the swarm's JVMs.
  List<String> swarmFlags() {
    return with("-Xmx1g"); // 8,000 frames of 64 KB may have come in part
  }

  /// Flags of Kafka's JVM.
  List<String> backingFlags() {
    return with("-Xmx768m");
  }

  private static List<String> with(String heap) {
    return Stream.of(
            heap,
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            QUIET)
        .toList();
  }
}
