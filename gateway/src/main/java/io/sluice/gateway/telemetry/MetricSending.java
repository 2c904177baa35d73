package io.sluice.gateway.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sluice.gateway.config.MetricsConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the node's metrics every `metrics.otlp-interval`, on the thread `sluice-otlp-metrics`;
/// what is not taken is not sent again, since the next time all of it is. Started last and closed
/// first, while everything that is measured is there. For any thread.
public final class MetricSending implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MetricSending.class);

  /// For all metrics once, repetitions included.
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /// How long closing waits for the last ones.
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private static final int NANOS = 1_000_000_000;

  private final PrometheusRegistry registry;
  private final OtlpMetrics metrics;
  private final MetricExporter exporter;
  private final Collector collector;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sluice-otlp-metrics").factory());

  private MetricSending(
      MetricsConfig config,
      String nodeId,
      String version,
      Instant started,
      PrometheusRegistry registry) {
    this.registry = registry;
    this.metrics =
        new OtlpMetrics(
            Node.resource(nodeId, version),
            InstrumentationScopeInfo.builder("io.sluice.gateway").setVersion(version).build(),
            nanos(started));
    this.exporter = Exporters.metrics(config, TIMEOUT);
    this.collector = new Collector("metrics", config.url());
  }

  /// Sends as configured; does not wait for the collector.
  ///
  /// @param started from when on its sums count
  /// @param registry what is sent
  /// @return nothing: they are not sent
  public static Optional<MetricSending> start(
      MetricsConfig config,
      String nodeId,
      String version,
      Instant started,
      PrometheusRegistry registry) {
    if (!config.isSent()) {
      return Optional.empty();
    }
    MetricSending sending = new MetricSending(config, nodeId, version, started, registry);
    long every = config.otlpInterval().toMillis();
    var _ =
        sending.schedule.scheduleWithFixedDelay(
            () -> sending.send(TIMEOUT), every, every, TimeUnit.MILLISECONDS);
    return Optional.of(sending);
  }

  private void send(Duration patience) {
    try {
      List<MetricData> all = metrics.of(registry.scrape(), nanos(Instant.now()));
      CompletableResultCode result = exporter.export(all);
      result.join(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (result.isSuccess()) {
        collector.takes();
      } else {
        collector.refuses(all.size(), result.getFailureThrowable());
      }
    } catch (Throwable e) { // errors, too: thrown on, it would end the schedule
      log.warn("metrics could not be sent", e);
    }
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * NANOS + time.getNano();
  }

  /// Sends them once more. Waits for at most four seconds, two of them for what is under way.
  @Override
  public void close() {
    schedule.shutdown();
    try {
      if (schedule.awaitTermination(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
        send(CLOSING);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Thread.ofVirtual().name("sluice-otlp-end").start(exporter::shutdown); // waits for its batches
  }
}
