package io.sluice.broker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/// A few figures of this node's Kafka clients, by what they do. Kafka's clients measure hundreds
/// each, by broker, topic and partition, under names that come and go with them; these are as many
/// however large the cluster is, and stay when a client is made anew. What is shown is what Kafka
/// measures, over its last 30 s or so; 0 where there was nothing. Any thread; nothing waits.
final class ClientFigures {
  /// As in the names of Kafka's own groups of metrics.
  private enum Kind {
    CONSUMER("consumer"),
    PRODUCER("producer"),
    ADMIN("admin-client");

    private final String group;

    Kind(String group) {
      this.group = group + "-metrics";
    }
  }

  /// What clients do; the label's values. There may be several that do the same.
  private static final Map<String, Kind> ROLES =
      Map.of(
          "tailer", Kind.CONSUMER,
          "replay", Kind.CONSUMER,
          "control", Kind.CONSUMER,
          "ledger", Kind.CONSUMER,
          "publisher", Kind.PRODUCER,
          "chores", Kind.PRODUCER,
          "admin", Kind.ADMIN);

  private static final String FETCHES = "consumer-fetch-manager-metrics";
  private static final double MS = 1e3;

  private record Client(
      String role, String id, Supplier<Map<MetricName, ? extends Metric>> metrics) {
    /// @return NaN when it measures no such thing, or had nothing to measure
    double value(String group, String name) {
      // Kafka compares names without their description
      Metric metric = metrics.get().get(new MetricName(name, group, "", Map.of("client-id", id)));
      return metric != null && metric.metricValue() instanceof Number number
          ? number.doubleValue()
          : Double.NaN;
    }
  }

  private final Map<Object, Client> clients = new ConcurrentHashMap<>();

  /// There is such a client, until [#remove].
  ///
  /// @param role one that is not known is not shown
  /// @param properties its own
  /// @param metrics what it measures now, whichever client stands behind it
  void add(
      Object client,
      String role,
      Map<String, Object> properties,
      Supplier<Map<MetricName, ? extends Metric>> metrics) {
    clients.put(client, new Client(role, String.valueOf(properties.get("client.id")), metrics));
  }

  void remove(Object client) {
    clients.remove(client);
  }

  void bindTo(MeterRegistry registry) {
    ROLES.forEach((role, kind) -> {
      gauge(
          registry,
          role,
          "sluice.kafka.client.connections",
          "Open connections to brokers",
          () -> all(role, kind.group, "connection-count").sum());
      gauge(
          registry,
          role,
          "sluice.kafka.client.incoming.bytes.per.second",
          "What is received from brokers, over the last 30 s",
          () -> all(role, kind.group, "incoming-byte-rate").sum());
      gauge(
          registry,
          role,
          "sluice.kafka.client.outgoing.bytes.per.second",
          "What is sent to brokers, over the last 30 s",
          () -> all(role, kind.group, "outgoing-byte-rate").sum());
      gauge(
          registry,
          role,
          "sluice.kafka.client.requests.per.second",
          "Requests to brokers, over the last 30 s",
          () -> all(role, kind.group, "request-rate").sum());
      switch (kind) {
        case CONSUMER -> {
          latency(registry, role, FETCHES, "fetch-latency", "fetch-throttle-time-max");
          gauge(
              registry,
              role,
              "sluice.kafka.client.lag.max.records",
              "How far reading was behind at most, over the last 30 s, in the partition where that was most",
              () -> all(role, FETCHES, "records-lag-max").max().orElse(0));
        }
        case PRODUCER ->
            latency(registry, role, kind.group, "request-latency", "produce-throttle-time-max");
        case ADMIN -> {
          // what it measures of this is by broker
        }
      }
    });
  }

  private void latency(
      MeterRegistry registry, String role, String group, String latency, String throttled) {
    gauge(
        registry,
        role,
        "sluice.kafka.client.latency.seconds",
        "How long brokers took to answer, on average over the last 30 s: a producer's requests, a consumer's fetches, which wait up to 0.5 s where there is nothing to read",
        () -> all(role, group, latency + "-avg").max().orElse(0) / MS);
    gauge(
        registry,
        role,
        "sluice.kafka.client.latency.max.seconds",
        "The longest that a broker took to answer, of the same, over the last 30 s",
        () -> all(role, group, latency + "-max").max().orElse(0) / MS);
    gauge(
        registry,
        role,
        "sluice.kafka.client.throttle.max.seconds",
        "For how long a broker put off an answer at most, over the last 30 s, because of a quota",
        () -> all(role, group, throttled).max().orElse(0) / MS);
  }

  private DoubleStream all(String role, String group, String name) {
    return clients.values().stream()
        .filter(client -> client.role().equals(role))
        .mapToDouble(client -> client.value(group, name))
        .filter(Double::isFinite);
  }

  private static void gauge(
      MeterRegistry registry, String role, String name, String meaning, Supplier<Number> value) {
    Gauge.builder(name, value).description(meaning).tag("client", role).register(registry);
  }
}
