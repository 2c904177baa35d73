package io.sluice.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.TailedPartition;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.edge.EdgeMetrics;
import io.sluice.gateway.edge.EdgeServer;
import io.sluice.gateway.edge.LoopState;
import io.sluice.gateway.health.Hang;
import io.sluice.gateway.health.HealthReport;
import io.sluice.gateway.health.LoopPulse;
import io.sluice.gateway.health.RecentErrors;
import io.sluice.gateway.hub.Hub;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What this node is doing, for operators: bounded, without payloads, tokens, keys, or names that
/// clients chose. For any thread; who asks while an answer is being made gets the same one.
final class NodeState {
  static final int MOST_BYTES = 256 << 10;

  /// How long loops have to answer; one that hangs does not.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// 200 bytes each; those that are farthest behind.
  private static final int MOST_PARTITIONS = 512;

  /// What is asked.
  ///
  /// @param edge its metrics
  /// @param server the public side
  /// @param loops in their order
  /// @param hangs threads that do not go on
  record Parts(
      String nodeId,
      Instant started,
      LiveConfig live,
      BrokerBridge bridge,
      Hub hub,
      EdgeMetrics edge,
      EdgeServer server,
      List<LoopPulse> loops,
      Supplier<HealthReport> health,
      Supplier<List<Hang>> hangs,
      RecentErrors errors) {}

  private final Parts parts;
  private @Nullable CompletableFuture<ObjectNode> underWay; // under the monitor

  NodeState(Parts parts) {
    this.parts = parts;
  }

  /// All of it, within two seconds.
  synchronized CompletableFuture<ObjectNode> now() {
    CompletableFuture<ObjectNode> asked = underWay;
    if (asked == null || asked.isDone()) {
      asked =
          parts
              .server()
              .state(PATIENCE)
              .thenApplyAsync(this::describe, Thread::startVirtualThread)
              .toCompletableFuture();
      underWay = asked;
    }
    return asked;
  }

  private ObjectNode describe(List<LoopState> loops) {
    BoundedState state = new BoundedState(MOST_BYTES);
    node(state.section("node"));
    state.section("health").setAll(parts.health().get().toJson());
    connections(state.section("connections"), loops);
    outboxes(state.section("outboxes"), loops);
    threads(state.section("threads"), loops);
    positions(state.section("positions"));
    memory(state.section("memory"));
    state.section("errors").set("newest", parts.errors().toJson());
    return state.whole();
  }

  private void node(ObjectNode json) {
    Instant now = Instant.now();
    json.put("id", parts.nodeId())
        .put("at", now.truncatedTo(ChronoUnit.MILLIS).toString())
        .put("started", parts.started().toString())
        .put("uptimeSeconds", Duration.between(parts.started(), now).toSeconds())
        .put("version", Version.CURRENT)
        .put("java", Runtime.version().toString())
        .put("processors", Runtime.getRuntime().availableProcessors())
        .put("configuration", fingerprint(parts.live().now().effective()))
        .put("nodes", parts.bridge().liveNodes().size());
  }

  private void connections(ObjectNode json, List<LoopState> loops) {
    json.put("open", parts.edge().connections())
        .put("subscriptions", parts.edge().currentSubscriptions())
        .put("channels", parts.hub().channelCount())
        .put("requests", loops.stream().mapToInt(LoopState::requests).sum())
        .put("others", loops.stream().mapToInt(LoopState::others).sum());
    sum(json.putObject("byState"), loops, LoopState::byState);
    sum(json.putObject("byTransport"), loops, LoopState::byTransport);
  }

  private static void sum(
      ObjectNode json, List<LoopState> loops, Function<LoopState, Map<String, Integer>> which) {
    Map<String, Integer> all = new TreeMap<>();
    loops.forEach(loop -> which.apply(loop).forEach((name, n) -> all.merge(name, n, Integer::sum)));
    all.forEach(json::put);
  }

  private void outboxes(ObjectNode json, List<LoopState> loops) {
    json.put("bytes", loops.stream().mapToLong(LoopState::outboxes).sum())
        .put("limit", parts.live().now().edge().outboxes().bytes())
        .put("waiting", loops.stream().mapToInt(LoopState::waiting).sum())
        .put("backlogged", loops.stream().mapToInt(LoopState::backlogged).sum())
        .put("largest", loops.stream().mapToLong(LoopState::largest).max().orElse(0))
        .put("laggingSubscriptions", parts.hub().lagging())
        .put("slowCloses", parts.edge().slowCloses());
  }

  private void threads(ObjectNode json, List<LoopState> answered) {
    ArrayNode loops = json.putArray("loops");
    for (LoopPulse pulse : parts.loops()) {
      loops
          .addObject()
          .put("name", pulse.name())
          .put("lagMs", pulse.lag().toMillis())
          .put("answers", answered.stream().anyMatch(it -> it.loop().equals(pulse.name())));
    }
    ArrayNode tailers = json.putArray("tailers");
    parts.bridge().pulses().forEach(pulse -> tailers.add(pulse.thread().getName()));
    ArrayNode hung = json.putArray("hung");
    for (Hang hang : parts.hangs().get()) {
      hung.addObject()
          .put("name", hang.thread())
          .put("since", hang.since().toString())
          .put("overdueMs", hang.length().toMillis());
    }
  }

  /// A partition, and how far it was behind a moment ago: what changes cannot be sorted.
  private record Behind(TailedPartition partition, long records) {}

  private void positions(ObjectNode json) {
    List<Behind> all = new ArrayList<>();
    for (String namespace : parts.live().now().namespaces().keySet()) {
      parts.bridge().partitions(namespace).forEach(it -> all.add(new Behind(it, it.behind())));
    }
    all.sort(Comparator.comparingLong(Behind::records).reversed());
    json.put("partitions", all.size()).put("behind", all.stream().mapToLong(Behind::records).sum());
    List<ObjectNode> shown =
        all.stream().limit(MOST_PARTITIONS).map(it -> position(it.partition())).toList();
    BoundedState.list(json, "farthestBehind", shown, all.size());
  }

  private static ObjectNode position(TailedPartition partition) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("namespace", partition.binding().namespace())
            .put("partition", partition.partition())
            .put("epoch", partition.window().epoch())
            .put("floor", partition.window().floor())
            .put("tail", partition.window().tail())
            .put("behind", partition.behind())
            .put("lateMs", partition.late().toMillis());
    known(json, "logStart", partition.logStart());
    known(json, "logEnd", partition.logEnd());
    return partition.resting() ? json.put("resting", true) : json;
  }

  private static void known(ObjectNode json, String name, OptionalLong value) {
    value.ifPresent(it -> json.put(name, it));
  }

  private void memory(ObjectNode json) {
    Runtime jvm = Runtime.getRuntime();
    json.put("heapUsed", jvm.totalMemory() - jvm.freeMemory())
        .put("heapMost", jvm.maxMemory())
        .put("window", parts.bridge().windowBytes())
        .put("lastValues", parts.bridge().lastValuesBytes())
        .put("buffers", EdgeServer.bufferBytes(parts.live().now().edge()));
    ObjectNode budget = json.putObject("budget");
    for (MemoryBudget.Part part :
        PartSettings.budget(parts.live().now(), parts.bridge().partitionCount()).parts()) {
      budget.put(part.name() + ", " + part.place().label(), part.bytes());
    }
  }

  /// What two nodes with the same settings have in common, secrets aside.
  private static String fingerprint(String settings) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(settings.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
