package io.sluice.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.BridgeMemory;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.edge.EdgeMemory;
import io.sluice.gateway.logs.NodeLog;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.telemetry.Tracing;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.SessionStoreSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a node may take at most, part by part, computed from its configuration. A node that could
/// take more than there is does not start. Pure.
///
/// @param parts with those that no key changes
public record MemoryBudget(List<Part> parts) {
  /// Where bytes lie.
  public enum Place {
    HEAP,
    /// Buffers outside of the heap, which the JVM bounds (`-XX:MaxDirectMemorySize`).
    DIRECT,
    /// The JVM itself, which nothing bounds but the machine.
    JVM;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One part.
  ///
  /// @param name a word or two, also a metric's label
  /// @param key what changes it; "" = nothing
  public record Part(String name, Place place, long bytes, String key) {}

  /// What there is, in bytes.
  ///
  /// @param heap the most the JVM takes for it
  /// @param direct the most it takes for buffers
  /// @param machine of the machine, or of the container
  public record Limits(long heap, long direct, long machine) {
    /// Of the process that asks.
    public static Limits ofThisProcess() {
      var system =
          (com.sun.management.OperatingSystemMXBean)
              java.lang.management.ManagementFactory.getOperatingSystemMXBean();
      return new Limits(
          Runtime.getRuntime().maxMemory(), EdgeMemory.mostBuffers(), system.getTotalMemorySize());
    }
  }

  /// Of the heap. G1 keeps a tenth free to evacuate into and gives the young generation a twentieth
  /// at least; the last twentieth is for garbage among what lives.
  public static final int MOST_PERCENT = 80;

  /// Of encoded pushes, with about half as much again for what finds them in the cache.
  static final long ENCODED = 3 * (32L << 20) / 2;

  /// A token that was judged before; as many as connections.
  private static final int TOKEN = 512;

  /// Code and tables of all libraries, before anybody comes.
  private static final long NODE = 44L << 20;

  /// Buffers of Kafka's and Redis' clients and of the API.
  private static final long CLIENTS = 24L << 20;

  /// Classes, compiled code, threads, the collector's own tables.
  private static final long JVM = 192L << 20;

  private static final int SESSION = 512;
  private static final int CALL_OF_REDIS = 1_024;

  /// In a message that has to be read.
  private static final int LARGEST = 5;

  private static final long MIB = 1L << 20;

  public MemoryBudget {
    parts = List.copyOf(parts);
  }

  static MemoryBudget of(
      GatewayConfig config, BridgeMemory bridge, EdgeMemory edge, SessionStoreSettings sessions) {
    List<Part> all = new ArrayList<>();
    all.add(new Part("connections", Place.HEAP, edge.connections(), "edge.max-connections"));
    all.add(new Part("pending sockets", Place.HEAP, edge.pending(), "edge.max-pending"));
    all.add(new Part("outboxes", Place.HEAP, edge.outboxes(), "edge.outboxes"));
    boolean least = bridge.window() > config.window().bytes().bytes();
    all.add(
        new Part(
            "window",
            Place.HEAP,
            bridge.window(),
            least ? "4 MiB a partition at least" : "window.bytes"));
    all.add(new Part("last values", Place.HEAP, bridge.lastValues(), "window.last-values"));
    all.add(new Part("fetched", Place.HEAP, bridge.fetched(), "kafka.fetch-bytes"));
    all.add(
        new Part(
            "publishes", Place.HEAP, bridge.publishes(), "publish.queue, publish.max-payload"));
    all.add(new Part("replays", Place.HEAP, bridge.replays(), "replay.scans"));
    all.add(new Part("producers", Place.HEAP, bridge.producers(), "publish.max-payload"));
    all.add(new Part("dead letters", Place.HEAP, bridge.deadLetters(), ""));
    all.add(new Part("session events", Place.HEAP, bridge.sessionEvents(), "kafka.sessions-topic"));
    all.add(new Part("encoded", Place.HEAP, ENCODED, ""));
    all.add(new Part("request bodies", Place.HEAP, edge.bodies(), "edge.max-message, edge.loops"));
    all.add(
        new Part(
            "commands to other nodes",
            Place.HEAP,
            Math.max(OtherNodes.MOST, config.edge().maxMessage().bytes()),
            "edge.max-message"));
    all.add(
        new Part(
            "tokens",
            Place.HEAP,
            (long) config.edge().maxConnections() * TOKEN,
            "edge.max-connections"));
    if (config.namespaces().values().stream().anyMatch(Presence::isKept)) {
      long members = (long) config.presence().maxMembers() * Presence.MEMBER_BYTES;
      all.add(new Part("presence", Place.HEAP, members, "presence.max-members"));
    }
    all.add(new Part("sessions", Place.HEAP, ofSessions(sessions), ""));
    all.add(new Part("loops", Place.HEAP, edge.loops(), "edge.loops"));
    all.add(new Part("log", Place.HEAP, NodeLog.WAITING, ""));
    if (config.tracing().isOn()) {
      all.add(new Part("traces", Place.HEAP, Tracing.MOST_BYTES, "tracing.endpoint"));
    }
    all.add(new Part("node", Place.HEAP, NODE, ""));
    all.add(new Part("outboxes", Place.DIRECT, edge.outboxes(), "edge.outboxes"));
    all.add(
        new Part("connections", Place.DIRECT, edge.connectionBuffers(), "edge.max-connections"));
    all.add(new Part("pending sockets", Place.DIRECT, edge.pendingBuffers(), "edge.max-pending"));
    all.add(new Part("loops", Place.DIRECT, edge.loopBuffers(), "edge.loops"));
    all.add(new Part("clients", Place.DIRECT, CLIENTS, ""));
    all.add(new Part("jvm", Place.JVM, JVM, ""));
    return new MemoryBudget(all);
  }

  private static long ofSessions(SessionStoreSettings sessions) {
    long calls = sessions.uri().isEmpty() ? 0 : (long) sessions.queue() * CALL_OF_REDIS;
    return (long) sessions.localSessions() * SESSION + calls + IdempotencyStore.LOCAL_BYTES;
  }

  /// All parts that lie there.
  public long sum(Place place) {
    return parts.stream().filter(it -> it.place() == place).mapToLong(Part::bytes).sum();
  }

  long sum() {
    return parts.stream().mapToLong(Part::bytes).sum();
  }

  /// What is too much, in a few lines: what there is and how to have more, then the largest parts
  /// with the keys that make them smaller.
  public Optional<String> problem(Limits limits) {
    if (sum(Place.HEAP) > limits.heap() / 100 * MOST_PERCENT) {
      return Optional.of(
          "memory: this configuration may take %s of heap, more than %d %% of the %s there are; raise -Xmx, or lower%s"
              .formatted(
                  mib(sum(Place.HEAP)),
                  MOST_PERCENT,
                  mib(limits.heap()),
                  largest(List.of(Place.HEAP))));
    }
    if (sum(Place.DIRECT) > limits.direct()) {
      return Optional.of(
          "memory: this configuration may take %s outside of the heap, more than the %s of -XX:MaxDirectMemorySize (by default -Xmx); raise it, or lower%s"
              .formatted(
                  mib(sum(Place.DIRECT)), mib(limits.direct()), largest(List.of(Place.DIRECT))));
    }
    if (sum() > limits.machine()) {
      return Optional.of(
          "memory: this configuration may take %s in all, more than the %s of the machine or container; give it more, or lower%s"
              .formatted(
                  mib(sum()), mib(limits.machine()), largest(List.of(Place.HEAP, Place.DIRECT))));
    }
    return Optional.empty();
  }

  private String largest(List<Place> places) {
    StringBuilder lines = new StringBuilder();
    parts.stream()
        .filter(it -> places.contains(it.place()) && !it.key().isEmpty())
        .sorted(Comparator.comparingLong(Part::bytes).reversed())
        .limit(LARGEST)
        .forEach(it ->
            lines.append("\n  %s of %s (%s)".formatted(mib(it.bytes()), it.name(), it.key())));
    return lines.toString();
  }

  /// One for each part, then the sums.
  List<String> lines(Limits limits) {
    List<String> lines = new ArrayList<>();
    for (Part it : parts) {
      lines.add(
          "part=\"%s\" place=%s most=%s key=\"%s\""
              .formatted(it.name(), it.place().label(), mib(it.bytes()), it.key()));
    }
    lines.add(
        "sum heap=%s of=%s direct=%s of=%s all=%s of=%s"
            .formatted(
                mib(sum(Place.HEAP)),
                mib(limits.heap()),
                mib(sum(Place.DIRECT)),
                mib(limits.direct()),
                mib(sum()),
                mib(limits.machine())));
    return lines;
  }

  private static String mib(long bytes) {
    return (bytes + MIB - 1) / MIB + "MiB";
  }

  /// A gauge for each part.
  void bindTo(MeterRegistry registry) {
    for (Part it : parts) {
      Gauge.builder("sluice.memory.budget", it, Part::bytes)
          .description("The most that a part of the node may take, by its configuration")
          .baseUnit("bytes")
          .tags("part", it.name().replace(' ', '-'), "place", it.place().label())
          .strongReference(true)
          .register(registry);
    }
  }
}
