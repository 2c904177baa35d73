package io.sluice.gateway.telemetry;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.gateway.config.MetricsConfig;
import io.sluice.gateway.config.TracingConfig;
import java.time.Duration;
import java.util.ServiceLoader;

/// Makes what sends spans and metrics, as configured: over HTTP with the JDK's client, over gRPC
/// with OkHttp, of which no class is loaded unless `grpc` is chosen. OkHttp's time limit is for a
/// whole call; the JDK's ends with the headers, so [SenderThreads] has one, too. Both repeat a
/// batch that was not taken for a reason that may pass, while its time lasts, and try anew with the
/// next one.
final class Exporters {
  private static final String OKHTTP = "io.opentelemetry.exporter.sender.okhttp.";

  /// OkHttp offers to send over HTTP, too.
  private static final ComponentLoader WITHOUT_OKHTTP =
      new ComponentLoader() {
        @Override
        public <T> Iterable<T> load(Class<T> service) {
          return ServiceLoader.load(service, Exporters.class.getClassLoader()).stream()
              .filter(provider -> !provider.type().getName().startsWith(OKHTTP))
              .map(ServiceLoader.Provider::get)
              .toList();
        }
      };

  /// How long after its time a batch's thread is ended: whoever counts it has given it up before,
  /// since an answer that is cut off there is taken for a good one by its headers.
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private Exporters() {}

  /// Does not wait for the collector.
  ///
  /// @param timeout for one batch, connecting and repetitions included
  /// @return to be ended by its `shutdown`, which may wait for a batch under way
  static SpanExporter spans(TracingConfig config, Duration timeout) {
    return switch (config.protocol()) {
      case HTTP_PROTOBUF ->
          OtlpHttpSpanExporter.builder()
              .setComponentLoader(WITHOUT_OKHTTP)
              .setExecutorService(SenderThreads.open(timeout.plus(MARGIN)))
              .setEndpoint(config.url())
              .setConnectTimeout(timeout)
              .setTimeout(timeout)
              .build();
      case GRPC ->
          OtlpGrpcSpanExporter.builder()
              .setEndpoint(config.url())
              .setConnectTimeout(timeout)
              .setTimeout(timeout)
              .build();
    };
  }

  /// The same for metrics.
  static MetricExporter metrics(MetricsConfig config, Duration timeout) {
    return switch (config.otlpProtocol()) {
      case HTTP_PROTOBUF ->
          OtlpHttpMetricExporter.builder()
              .setComponentLoader(WITHOUT_OKHTTP)
              .setExecutorService(SenderThreads.open(timeout.plus(MARGIN)))
              .setEndpoint(config.url())
              .setConnectTimeout(timeout)
              .setTimeout(timeout)
              .build();
      case GRPC ->
          OtlpGrpcMetricExporter.builder()
              .setEndpoint(config.url())
              .setConnectTimeout(timeout)
              .setTimeout(timeout)
              .build();
    };
  }
}
