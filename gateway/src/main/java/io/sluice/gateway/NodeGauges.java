package io.sluice.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.ReplayLimits;
import io.sluice.broker.TailedPartition;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.edge.EdgeServer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What of the memory budget is taken, where that is easily said, and for each namespace how far
/// back clients may come and how far reading is behind.
final class NodeGauges {
  private static final double FOR_EVER = Double.POSITIVE_INFINITY;

  private final LiveConfig live;
  private final BrokerBridge bridge;

  NodeGauges(LiveConfig live, BrokerBridge bridge) {
    this.live = live;
    this.bridge = bridge;
  }

  void bindTo(MeterRegistry metrics) {
    used(metrics, "window", bridge::windowBytes);
    used(metrics, "last-values", bridge::lastValuesBytes);
    used(metrics, "buffers", () -> EdgeServer.bufferBytes(live.now().edge()));
    live.now()
        .namespaces()
        .forEach((name, policy) -> {
          if (policy.hasHorizon()) {
            horizon(metrics, name);
          }
          gauge(
              metrics,
              name,
              "sluice.window",
              "What the windows of the namespace's partitions hold, indexes included",
              "bytes",
              () -> bridge.partitions(name).stream().mapToLong(p -> p.window().bytes()).sum());
          gauge(
              metrics,
              name,
              "sluice.lso.lag",
              "Records between the last stable offset and the high watermark: what open transactions hold back, of what was in Kafka 5 s ago, in the partition where that is most; 0 with isolation: read_uncommitted",
              "records",
              () -> worst(name, TailedPartition::heldBack));
          gauge(
              metrics,
              name,
              "sluice.lso.held",
              "For how long the last stable offset has not moved while records waited behind it, as far as Kafka was asked in the last 5 s, in the partition where that is longest: for how long one transaction has been open at least; 0 where nothing waits, and with isolation: read_uncommitted",
              "seconds",
              () -> worst(name, partition -> seconds(partition.heldFor())));
          gauge(
              metrics,
              name,
              "sluice.tailer.behind",
              "How many records the partition that is worst off holds that were not read, as far as Kafka was asked in the last 5 s",
              "records",
              () -> worst(name, TailedPartition::behind));
          gauge(
              metrics,
              name,
              "sluice.tailer.late",
              "For how long, in the partition that is worst off, something has been in Kafka that was not read",
              "seconds",
              () -> worst(name, partition -> seconds(partition.late())));
        });
  }

  private void horizon(MeterRegistry metrics, String name) {
    gauge(
        metrics,
        name,
        "sluice.recoverable.horizon",
        "The most of the newest records of its partition that any client may have missed and still be given",
        "records",
        () -> bridge.horizon(name, limits(name)));
    gauge(
        metrics,
        name,
        "sluice.recoverable.horizon.seconds",
        "In how long so many records come, at the rate of those in the window, in the partition where that is soonest: for how long any client may be away; infinite where nothing comes",
        "seconds",
        () -> bridge.horizonAge(name, limits(name)).map(NodeGauges::seconds).orElse(FOR_EVER));
  }

  private static double seconds(Duration length) {
    return length.toMillis() / 1e3;
  }

  private ReplayLimits limits(String namespace) {
    return Objects.requireNonNull(live.now().namespaces().get(namespace)).replay();
  }

  private static void used(MeterRegistry metrics, String part, Supplier<Number> bytes) {
    Gauge.builder("sluice.memory.used", bytes)
        .description(
            "What a part of the node takes now: windows, newest values beside them, buffers of all nodes of the process outside of the heap")
        .baseUnit("bytes")
        .tag("part", part)
        .register(metrics);
  }

  private static void gauge(
      MeterRegistry metrics,
      String namespace,
      String name,
      String meaning,
      String unit,
      Supplier<Number> value) {
    Gauge.builder(name, value)
        .description(meaning)
        .baseUnit(unit)
        .tag("namespace", namespace)
        .register(metrics);
  }

  private double worst(String namespace, ToDoubleFunction<TailedPartition> of) {
    return bridge.partitions(namespace).stream().mapToDouble(of).max().orElse(0);
  }
}
