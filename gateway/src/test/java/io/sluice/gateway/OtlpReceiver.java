package io.sluice.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/// Takes spans and metrics as a collector does: OTLP over HTTP, in Protocol Buffers.
final class OtlpReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// As HttpServer wants it told.
  private static final int NOTHING = -1;

  private final HttpServer server;
  private final Queue<CollectedSpan> spans = new ConcurrentLinkedQueue<>();
  private final Map<String, Metric> metrics = new ConcurrentHashMap<>();

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::takeSpans);
    server.createContext("/v1/metrics", this::takeMetrics);
    server.start();
  }

  private void takeSpans(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportTraceServiceRequest request =
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
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
      thanks(exchange);
    }
  }

  private void takeMetrics(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportMetricsServiceRequest request =
          ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody());
      request
          .getResourceMetricsList()
          .forEach(resource ->
              resource
                  .getScopeMetricsList()
                  .forEach(scope ->
                      scope
                          .getMetricsList()
                          .forEach(metric -> metrics.put(metric.getName(), metric))));
      thanks(exchange);
    }
  }

  private static void thanks(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, NOTHING); // which is the answer without a field
  }

  /// For `tracing.endpoint`.
  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
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
    server.stop(0);
  }
}
