package io.sluice.gateway;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.embedded.CollectedSpan;
import io.sluice.embedded.EmbeddedCollector;
import io.sluice.embedded.OtlpRequests;
import io.sluice.gateway.config.OtlpProtocol;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/// Keeps the spans and metrics that a collector is given, over HTTP or gRPC.
final class OtlpReceiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Queue<CollectedSpan> spans = new ConcurrentLinkedQueue<>();
  private final Map<String, Metric> metrics = new ConcurrentHashMap<>();
  private final Listening listening;

  /// What takes them.
  private record Listening(int port, Runnable end) {}

  OtlpReceiver(OtlpProtocol protocol) throws IOException {
    this(protocol, 0);
  }

  /// @param port 0 = any
  OtlpReceiver(OtlpProtocol protocol, int port) throws IOException {
    listening =
        switch (protocol) {
          case HTTP_PROTOBUF -> {
            EmbeddedCollector http = new EmbeddedCollector(port, spans::add, this::add);
            yield new Listening(http.port(), http::close);
          }
          case GRPC -> {
            OtlpOverGrpc grpc =
                OtlpOverGrpc.plain(
                    port,
                    request -> OtlpRequests.spans(request, spans::add),
                    request -> OtlpRequests.metrics(request, this::add));
            yield new Listening(grpc.port(), grpc::close);
          }
        };
  }

  private void add(Metric metric) {
    metrics.put(metric.getName(), metric);
  }

  /// For `tracing.endpoint`.
  String endpoint() {
    return "http://127.0.0.1:" + listening.port();
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

  /// The first one that fits, once it has come.
  CollectedSpan first(Predicate<CollectedSpan> fits) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> spans.stream().filter(fits).findFirst(), Optional::isPresent)
        .orElseThrow();
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
    listening.end().run();
  }
}
