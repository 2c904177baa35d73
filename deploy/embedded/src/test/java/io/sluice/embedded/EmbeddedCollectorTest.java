package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class EmbeddedCollectorTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private final List<CollectedSpan> spans = new CopyOnWriteArrayList<>();
  private final List<Metric> metrics = new CopyOnWriteArrayList<>();

  private static int post(EmbeddedCollector to, String path, byte[] body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(to.endpoint() + path))
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  private static ExportTraceServiceRequest oneSpan() {
    Span span =
        Span.newBuilder()
            .setName("process orders")
            .setKind(Span.SpanKind.SPAN_KIND_CONSUMER)
            .setTraceId(bytes(TRACE))
            .setSpanId(bytes(SPAN))
            .setStartTimeUnixNano(5)
            .setEndTimeUnixNano(7)
            .build();
    KeyValue node =
        KeyValue.newBuilder()
            .setKey("service.instance.id")
            .setValue(AnyValue.newBuilder().setStringValue("node-1"))
            .build();
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(node))
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
        .build();
  }

  @Test
  void whatIsSentIsPassedOn() throws Exception {
    ExportMetricsServiceRequest oneMetric =
        ExportMetricsServiceRequest.newBuilder()
            .addResourceMetrics(
                ResourceMetrics.newBuilder()
                    .addScopeMetrics(
                        ScopeMetrics.newBuilder()
                            .addMetrics(Metric.newBuilder().setName("sluice_ready"))))
            .build();
    try (EmbeddedCollector collector = new EmbeddedCollector(spans::add, metrics::add)) {
      assertThat(post(collector, "/v1/traces", oneSpan().toByteArray())).isEqualTo(200);
      assertThat(post(collector, "/v1/metrics", oneMetric.toByteArray())).isEqualTo(200);
    }
    assertThat(spans)
        .singleElement()
        .satisfies(span -> {
          assertThat(span.name()).isEqualTo("process orders");
          assertThat(span.kind()).isEqualTo("consumer");
          assertThat(span.parent()).isEmpty();
          assertThat(span.resource()).containsEntry("service.instance.id", "node-1");
          assertThat(span.isNamedBy("00-" + TRACE + "-" + SPAN + "-01")).isTrue();
          assertThat(span.isNamedBy("00-" + TRACE + "-" + SPAN + "-00")).isFalse();
          assertThat(span.end() - span.start()).isEqualTo(2);
        });
    assertThat(metrics).extracting(Metric::getName).containsExactly("sluice_ready");
  }

  @Test
  void whatIsNoSpanOrTooLargeIsRefusedAndTheNextOneTaken() throws Exception {
    try (EmbeddedCollector collector = new EmbeddedCollector(spans::add, metrics::add)) {
      assertThat(post(collector, "/v1/traces", new byte[] {-1, -1})).isEqualTo(400);
      byte[] large = new byte[EmbeddedCollector.MAX_BODY + 1];
      assertThat(post(collector, "/v1/traces", large)).isEqualTo(413);
      assertThat(spans).isEmpty();
      assertThat(post(collector, "/v1/traces", oneSpan().toByteArray())).isEqualTo(200);
    }
    assertThat(spans).hasSize(1);
  }
}
