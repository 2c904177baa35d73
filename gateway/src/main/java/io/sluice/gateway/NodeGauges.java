package io.sluice.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.ReplayLimits;
import io.sluice.broker.TailedPartition;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.edge.EdgeServer;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What of the memory budget is taken, where that is easily said, and for each namespace how far
/// back clients may come and how far reading is behind.
final class NodeGauges {
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
        .keySet()
        .forEach(name -> {
          gauge(
              metrics,
              name,
              "sluice.recoverable.horizon",
              "records",
              () -> bridge.horizon(name, limits(name))); // of a partition
          gauge(
              metrics,
              name,
              "sluice.tailer.behind",
              "records",
              () -> worst(name, TailedPartition::behind));
          gauge(
              metrics,
              name,
              "sluice.tailer.late",
              "seconds",
              () -> worst(name, partition -> partition.late().toMillis() / 1e3));
        });
  }

  private ReplayLimits limits(String namespace) {
    return Objects.requireNonNull(live.now().namespaces().get(namespace)).replay();
  }

  private static void used(MeterRegistry metrics, String part, Supplier<Number> bytes) {
    Gauge.builder("sluice.memory.used", bytes)
        .baseUnit("bytes")
        .tag("part", part)
        .register(metrics);
  }

  private static void gauge(
      MeterRegistry metrics, String namespace, String name, String unit, Supplier<Number> value) {
    Gauge.builder(name, value).baseUnit(unit).tag("namespace", namespace).register(metrics);
  }

  private double worst(String namespace, ToDoubleFunction<TailedPartition> of) {
    return bridge.partitions(namespace).stream().mapToDouble(of).max().orElse(0);
  }
}
