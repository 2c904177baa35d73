package io.sluice.gateway;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.gateway.config.OtlpProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/// Takes spans and metrics as a collector does, over HTTP or gRPC.
final class OtlpReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Hands on what it is sent, on 127.0.0.1.
  interface Listener extends AutoCloseable {
    int port();

    @Override
    void close();
  }

  private final Listener listener;
  private final Queue<CollectedSpan> spans = new ConcurrentLinkedQueue<>();
  private final Map<String, Metric> metrics = new ConcurrentHashMap<>();

  OtlpReceiver(OtlpProtocol protocol) throws IOException {
    this(protocol, 0);
  }

  /// @param port 0 = any
  OtlpReceiver(OtlpProtocol protocol, int port) throws IOException {
    listener =
        switch (protocol) {
          case HTTP_PROTOBUF -> new OtlpOverHttp(port, this::takeSpans, this::takeMetrics);
          case GRPC -> OtlpOverGrpc.plain(port, this::takeSpans, this::takeMetrics);
        };
  }

  private void takeSpans(ExportTraceServiceRequest request) {
    request
        .getResourceSpansList()
        .forEach(resource ->
            resource
                .getScopeSpansList()
                .forEach(scope ->
                    scope
                        .getSpansList()
                        .forEach(
                            span -> spans.add(CollectedSpan.of(span, resource.getResource())))));
  }

  private void takeMetrics(ExportMetricsServiceRequest request) {
    request
        .getResourceMetricsList()
        .forEach(resource ->
            resource
                .getScopeMetricsList()
                .forEach(scope ->
                    scope
                        .getMetricsList()
                        .forEach(metric -> metrics.put(metric.getName(), metric))));
  }

  int port() {
    return listener.port();
  }

  /// For `tracing.endpoint`.
  String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  /// All spans of a trace that have come, by their start.
  List<CollectedSpan> of(String trace) {
    return spans.stream()
        .filter(span -> span.trace().equals(trace))
        .sorted(Comparator.comparingLong(CollectedSpan::start))
        .toList();
  }

  /// The same, once there are so many.
  List<CollectedSpan> of(String trace, int count) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          List<CollectedSpan> here = of(trace);
          if (here.size() < count) {
            throw new AssertionError("of " + count + " spans there are " + here);
          }
        });
    return of(trace);
  }

  /// All that have come.
  List<CollectedSpan> all() {
    return List.copyOf(spans);
  }

  /// A metric as it came last; without anything where it has not come.
  Metric metric(String name) {
    return metrics.getOrDefault(name, Metric.getDefaultInstance());
  }

  @Override
  public void close() {
    listener.close();
  }
}
