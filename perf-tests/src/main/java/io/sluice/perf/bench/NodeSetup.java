package io.sluice.perf.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// How a node of Sluice differs from the one that most scenarios measure.
///
/// @param name what is different, for tables; empty for the usual node
/// @param settings configuration keys, dotted, with values as in YAML; over those of the usual node
/// @param flags of its JVM, after those of the usual node
record NodeSetup(String name, Map<String, String> settings, List<String> flags) {
  static final NodeSetup USUAL = new NodeSetup("", Map.of(), List.of());

  private static final Map<String, String> OPEN =
      Map.of("edge.handshakes-per-second", "100000", "edge.handshake-burst", "100000");

  private static final Predicate<String> COLLECTOR =
      Pattern.compile("-XX:[+-]Use\\w+GC").asMatchPredicate();

  NodeSetup {
    settings = new LinkedHashMap<>(settings);
    flags = List.copyOf(flags);
  }

  private static NodeSetup set(String name, Map<String, String> settings) {
    return new NodeSetup(name, settings, List.of());
  }

  /// As usual; with a write for each publication and subscriber; and with publications that wait
  /// for others to share a write with.
  static List<NodeSetup> batching() {
    return List.of(
        USUAL,
        set("a write each", Map.of("edge.coalesce", "false")),
        set("max-delay 20ms", Map.of("namespaces.default.max-delay", "20ms")));
  }

  /// One that lets everybody in at once, so that what follows is measured.
  static NodeSetup open() {
    return set("open", OPEN);
  }

  /// One that admits so many connections a second, these from its own machine too.
  static NodeSetup admitting(int perSecond) {
    return set(
        "admitting " + perSecond + " a second",
        Map.of(
            "edge.limit-loopback", "true",
            "edge.handshakes-per-second", Integer.toString(perSecond),
            "edge.max-connections-per-address", "20000",
            "edge.max-pending-per-address", "20000"));
  }

  /// One that closes connections of this age, no more a second than a quarter of what a node admits
  /// by default, and one that never does.
  static List<NodeSetup> aging(Duration age) {
    String rate = Integer.toString(AdmittedStorm.RATE);
    return List.of(
        set(
            "closing at " + age.toSeconds() + " s",
            Map.of(
                "edge.max-connection-age",
                age.toSeconds() + "s",
                "edge.handshakes-per-second",
                rate)),
        set("closing none", Map.of("edge.handshakes-per-second", rate)));
  }

  /// One of two nodes that serve the same topic, where everybody is let in at once and presence is
  /// told.
  static NodeSetup ofTwo(String which) {
    Map<String, String> all = new LinkedHashMap<>(OPEN);
    all.put(SluiceNode.TOPIC_KEY, "sluice.bench.two");
    all.put("namespaces.default.presence", "true");
    return set(which, all);
  }

  /// One partition, of which the window holds all that is missed, or the last 4 MiB.
  static List<NodeSetup> windows() {
    return List.of(onePartition("window", "128MiB"), onePartition("small window", "1MiB"));
  }

  private static NodeSetup onePartition(String name, String window) {
    Map<String, String> all = new LinkedHashMap<>(OPEN);
    all.put("kafka.partitions", "1");
    all.put(SluiceNode.TOPIC_KEY, "sluice.bench.one");
    all.put("window.bytes", window);
    return set(name, all);
  }

  /// One that has read what was published lately before it is ready, and one that begins with
  /// nothing in memory.
  static List<NodeSetup> preWarming() {
    return List.of(windowAge("pre-warmed", "10m"), windowAge("not pre-warmed", "0s"));
  }

  private static NodeSetup windowAge(String name, String age) {
    Map<String, String> all = new LinkedHashMap<>(OPEN);
    all.put(SluiceNode.TOPIC_KEY, "sluice.bench.age");
    all.put("window.age", age);
    return set(name, all);
  }

  /// Ways to do input and output, and to get memory for it.
  static List<NodeSetup> io() {
    return List.of(
        io("epoll", "adaptive"),
        io("epoll", "pooled"),
        io("nio", "adaptive"),
        io("io_uring", "adaptive"));
  }

  private static NodeSetup io(String io, String allocator) {
    return set(io + ", " + allocator, Map.of("edge.io", io, "edge.allocator", allocator));
  }

  /// Collectors, each with a heap of 1 GB and compact object headers.
  ///
  /// @param more lines of flags, each of one more
  static List<NodeSetup> collectors(List<String> more) {
    List<NodeSetup> all = new ArrayList<>();
    all.add(collector("G1", "-XX:+UseG1GC"));
    all.add(collector("ZGC", "-XX:+UseZGC"));
    all.add(collector("Parallel", "-XX:+UseParallelGC"));
    more.forEach(line -> all.add(collector(line, line)));
    return List.copyOf(all);
  }

  private static NodeSetup collector(String name, String line) {
    List<String> flags =
        new ArrayList<>(List.of("-XX:+UseCompactObjectHeaders", "-Xms1g", "-Xmx1g"));
    flags.addAll(List.of(line.strip().split("\\s+", -1)));
    return new NodeSetup(name, Map.of(), flags);
  }

  /// These flags with its own; a JVM has one collector.
  List<String> over(List<String> usual) {
    boolean other = flags.stream().anyMatch(COLLECTOR);
    List<String> all = new ArrayList<>(usual);
    all.removeIf(flag -> other && COLLECTOR.test(flag));
    all.addAll(flags);
    return List.copyOf(all);
  }
}
