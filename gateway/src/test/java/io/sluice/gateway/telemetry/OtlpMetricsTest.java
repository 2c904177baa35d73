package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Every kind of metric that a node has.
final class OtlpMetricsTest {
  private static final long START = 1_000;
  private static final long NOW = 2_000;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private List<MetricData> all() {
    return new OtlpMetrics(
            Node.resource("n-1", "1"), InstrumentationScopeInfo.create("test"), START)
        .of(registry.getPrometheusRegistry().scrape(), NOW);
  }

  private MetricData named(String name) {
    return all().stream().filter(each -> each.getName().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aCounterIsASumSinceTheStart() {
    Counter.builder("a.b").description("what it is").tag("k", "v").register(registry).increment(3);
    MetricData metric = named("a_b");
    assertThat(metric.getDescription()).isEqualTo("what it is");
    assertThat(metric.getResource().getAttribute(AttributeKey.stringKey("service.instance.id")))
        .isEqualTo("n-1");
    assertThat(metric.getDoubleSumData().isMonotonic()).isTrue();
    assertThat(metric.getDoubleSumData().getAggregationTemporality())
        .isEqualTo(AggregationTemporality.CUMULATIVE);
    DoublePointData point = metric.getDoubleSumData().getPoints().iterator().next();
    assertThat(point.getValue()).isEqualTo(3);
    assertThat(point.getAttributes()).isEqualTo(Attributes.of(AttributeKey.stringKey("k"), "v"));
    assertThat(point.getStartEpochNanos()).isEqualTo(START);
    assertThat(point.getEpochNanos()).isEqualTo(NOW);
  }

  @Test
  void aGaugeIsWhatItIsNow() {
    Gauge.builder("depth", () -> 7).register(registry);
    assertThat(named("depth").getDoubleGaugeData().getPoints())
        .extracting(DoublePointData::getValue)
        .containsExactly(7.0);
  }

  @Test
  void bucketsAreCountedEachForItselfAndTheLastHasNoBound() {
    DistributionSummary sizes =
        DistributionSummary.builder("size").serviceLevelObjectives(1, 10).register(registry);
    sizes.record(0.5);
    sizes.record(5);
    sizes.record(6);
    sizes.record(50);
    HistogramPointData point = named("size").getHistogramData().getPoints().iterator().next();
    assertThat(point.getBoundaries()).containsExactly(1.0, 10.0);
    assertThat(point.getCounts()).containsExactly(1L, 2L, 1L);
    assertThat(point.getCount()).isEqualTo(4);
    assertThat(point.getSum()).isEqualTo(61.5);
  }

  @Test
  void whatIsMeasuredInHasAUnitAsUcumWritesIt() {
    Counter.builder("sent").baseUnit("bytes").register(registry);
    DistributionSummary.builder("size")
        .baseUnit("bytes")
        .serviceLevelObjectives(1)
        .register(registry);
    Gauge.builder("behind", () -> 7).baseUnit("records").register(registry);
    Gauge.builder("incoming.bytes.per.second", () -> 7).register(registry);
    Gauge.builder("depth", () -> 7).register(registry);
    Counter.builder("seen").register(registry);
    Map<String, String> units = new TreeMap<>();
    all().forEach(metric -> units.put(metric.getName(), metric.getUnit()));
    assertThat(units)
        .containsEntry("sent_bytes", "By")
        .containsEntry("size_bytes", "By")
        .containsEntry("size_bytes_max", "By")
        .containsEntry("behind_records", "{record}")
        .containsEntry("incoming_bytes_per_second", "By/s")
        .containsEntry("depth", "")
        .containsEntry("seen", "");
  }

  @Test
  void aTimerIsASummaryBesideItsMaximum() {
    Timer.builder("took").register(registry).record(Duration.ofSeconds(2));
    assertThat(all())
        .extracting(MetricData::getName)
        .containsExactlyInAnyOrder("took_seconds", "took_seconds_max");
    assertThat(all()).extracting(MetricData::getUnit).containsOnly("s");
    SummaryPointData point = named("took_seconds").getSummaryData().getPoints().iterator().next();
    assertThat(point.getCount()).isEqualTo(1);
    assertThat(point.getSum()).isEqualTo(2);
  }
}
