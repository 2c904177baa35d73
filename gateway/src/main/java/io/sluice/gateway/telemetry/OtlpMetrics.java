package io.sluice.gateway.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableHistogramPointData;
import io.opentelemetry.sdk.metrics.internal.data.ImmutableMetricData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// What `/metrics` shows, in OpenTelemetry's words: the same names (of counters without `_total`,
/// which whoever turns them back into Prometheus' adds), labels as attributes, units ([Units]),
/// sums since the node started, exemplars with their histogram. For any thread; keeps nothing.
///
/// The SDK's own factories have none for a whole metric, nor for a histogram with exemplars; the
/// internal ones are what others use, too.
final class OtlpMetrics {
  private static final AggregationTemporality SINCE_START = AggregationTemporality.CUMULATIVE;

  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final long start;

  /// @param start when the node did, nanoseconds since 1970
  OtlpMetrics(Resource resource, InstrumentationScopeInfo scope, long start) {
    this.resource = resource;
    this.scope = scope;
    this.start = start;
  }

  /// All of them, but for kinds that nodes have none of.
  ///
  /// @param now nanoseconds since 1970
  List<MetricData> of(MetricSnapshots snapshots, long now) {
    List<MetricData> all = new ArrayList<>();
    for (MetricSnapshot snapshot : snapshots) {
      String name = snapshot.getMetadata().getPrometheusName();
      String help = Objects.requireNonNullElse(snapshot.getMetadata().getHelp(), "");
      switch (snapshot) {
        case CounterSnapshot counter -> all.add(counter(name, help, counter, now));
        case GaugeSnapshot gauge -> all.add(gauge(name, help, gauge, now));
        case HistogramSnapshot histogram -> all.add(histogram(name, help, histogram, now));
        case SummarySnapshot summary -> all.add(summary(name, help, summary, now));
        default -> {}
      }
    }
    return all;
  }

  private MetricData counter(String name, String help, CounterSnapshot counter, long now) {
    List<DoublePointData> points =
        counter.getDataPoints().stream().map(point -> value(point, point.getValue(), now)).toList();
    return ImmutableMetricData.createDoubleSum(
        resource,
        scope,
        name,
        help,
        Units.of(name),
        SumData.createDoubleSumData(true, SINCE_START, points));
  }

  private MetricData gauge(String name, String help, GaugeSnapshot gauge, long now) {
    List<DoublePointData> points =
        gauge.getDataPoints().stream().map(point -> value(point, point.getValue(), now)).toList();
    return ImmutableMetricData.createDoubleGauge(
        resource, scope, name, help, Units.of(name), GaugeData.createDoubleGaugeData(points));
  }

  private DoublePointData value(DataPointSnapshot point, double value, long now) {
    return DoublePointData.create(start, now, attributes(point), value, List.of());
  }

  private MetricData histogram(String name, String help, HistogramSnapshot histogram, long now) {
    List<HistogramPointData> points =
        histogram.getDataPoints().stream()
            .filter(HistogramDataPointSnapshot::hasClassicHistogramData)
            .map(point -> buckets(point, now))
            .toList();
    return ImmutableMetricData.createDoubleHistogram(
        resource, scope, name, help, Units.of(name), HistogramData.create(SINCE_START, points));
  }

  private HistogramPointData buckets(HistogramDataPointSnapshot point, long now) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    List<Double> bounds = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      if (i < buckets.size() - 1) {
        bounds.add(buckets.getUpperBound(i)); // the last is infinite
      }
      counts.add(buckets.getCount(i));
    }
    List<DoubleExemplarData> exemplars = new ArrayList<>();
    point.getExemplars().forEach(exemplar -> exemplars.add(exemplar(exemplar)));
    return ImmutableHistogramPointData.create(
        start,
        now,
        attributes(point),
        point.getSum(),
        /* hasMin= */ false,
        0,
        /* hasMax= */ false,
        0,
        bounds,
        counts,
        exemplars);
  }

  private static DoubleExemplarData exemplar(Exemplar exemplar) {
    return DoubleExemplarData.create(
        Attributes.empty(),
        TimeUnit.MILLISECONDS.toNanos(exemplar.getTimestampMillis()),
        SpanContext.create(
            Objects.requireNonNullElse(exemplar.getLabels().get(Exemplar.TRACE_ID), ""),
            Objects.requireNonNullElse(exemplar.getLabels().get(Exemplar.SPAN_ID), ""),
            TraceFlags.getSampled(),
            TraceState.getDefault()),
        exemplar.getValue());
  }

  private MetricData summary(String name, String help, SummarySnapshot summary, long now) {
    List<SummaryPointData> points =
        summary.getDataPoints().stream().map(point -> quantiles(point, now)).toList();
    return ImmutableMetricData.createDoubleSummary(
        resource, scope, name, help, Units.of(name), SummaryData.create(points));
  }

  private SummaryPointData quantiles(SummaryDataPointSnapshot point, long now) {
    List<ValueAtQuantile> quantiles = new ArrayList<>();
    point
        .getQuantiles()
        .forEach(one -> quantiles.add(ValueAtQuantile.create(one.getQuantile(), one.getValue())));
    return SummaryPointData.create(
        start, now, attributes(point), point.getCount(), point.getSum(), quantiles);
  }

  private static Attributes attributes(DataPointSnapshot point) {
    AttributesBuilder attributes = Attributes.builder();
    for (Label label : point.getLabels()) {
      attributes.put(label.getName(), label.getValue());
    }
    return attributes.build();
  }
}
