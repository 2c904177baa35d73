package io.sluice.gateway;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.TailedPartition;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.edge.EdgeServer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What of the memory budget is taken, where that is easily said, and for each namespace how far
/// back clients may come and how far reading is behind.
final class NodeGauges {
  private final GatewayConfig config;
  private final BrokerBridge bridge;

  NodeGauges(GatewayConfig config, BrokerBridge bridge) {
    this.config = config;
    this.bridge = bridge;
  }

  void bindTo(MeterRegistry metrics) {
    used(metrics, "window", bridge::windowBytes);
    used(metrics, "last-values", bridge::lastValuesBytes);
    used(metrics, "buffers", () -> EdgeServer.bufferBytes(config.edge()));
    config
        .namespaces()
        .forEach((name, policy) -> {
          gauge(
              metrics,
              name,
              "sluice.recoverable.horizon",
              "records",
              () -> bridge.horizon(name, policy.replay())); // of a partition
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
