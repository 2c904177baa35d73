package io.sluice.gateway;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.sluice.gateway.hub.AgeExample;
import io.sluice.gateway.hub.DeliveryAges;
import io.sluice.gateway.hub.Hub;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// How long deliveries take, as a histogram of each namespace. Micrometer's timers cost too much
/// for what is done for every delivery: loops count by themselves, and this adds up what they have
/// when somebody looks. For any thread.
final class DeliveryLatency implements Collector {
  private static final String NAME = "sluice_delivery_latency_seconds";

  private static final String MEANING =
      "Age of live publications, from the record's time in Kafka until the socket had taken them: "
          + "each delivery counts once, when everything its connection was given by then is written, "
          + "with the age of the oldest publication of its namespace in that. Without what is read "
          + "again: recoveries, histories, newest values, and slow subscribers while they catch up. "
          + "By the clocks of this node and of whoever set the record's time";

  private final List<String> namespaces;
  private final Hub hub;

  /// @param namespaces those that are shown from the start
  DeliveryLatency(Collection<String> namespaces, Hub hub) {
    this.namespaces = List.copyOf(namespaces);
    this.hub = hub;
  }

  @Override
  public MetricSnapshot collect() {
    HistogramSnapshot.Builder all = HistogramSnapshot.builder().name(NAME).help(MEANING);
    for (String namespace : namespaces) {
      DeliveryAges ages = hub.ages(namespace);
      all.dataPoint(
          HistogramDataPointSnapshot.builder()
              .labels(Labels.of("namespace", namespace))
              .classicHistogramBuckets(
                  ClassicHistogramBuckets.of(DeliveryAges.bounds(), ages.counts()))
              .sum(ages.sum())
              .exemplars(exemplars(ages))
              .build());
    }
    return all.build();
  }

  /// The newest traced delivery of each bucket; shown in OpenMetrics' format only.
  private static Exemplars exemplars(DeliveryAges ages) {
    List<Exemplar> all = new ArrayList<>();
    for (AgeExample example : ages.examples()) {
      all.add(
          Exemplar.builder()
              .value(example.age())
              .traceId(example.trace())
              .spanId(example.span())
              .timestampMillis(example.at())
              .build());
    }
    return Exemplars.of(all);
  }
}
