package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// As nodes send spans: by HTTP.
final class RunTracesTest {
  private static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  /// What a node sends of a span below the one that a `traceparent` names.
  private static byte[] below(String traceparent, String name) {
    String[] parts = traceparent.split("-", -1);
    long now = TimeUnit.MILLISECONDS.toNanos(Instant.now().toEpochMilli());
    Span span =
        Span.newBuilder()
            .setName(name)
            .setTraceId(bytes(parts[1]))
            .setSpanId(bytes("00000000000000ff"))
            .setParentSpanId(bytes(parts[2]))
            .setStartTimeUnixNano(now + 10_000_000)
            .setEndTimeUnixNano(now + 30_000_000)
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
        .build()
        .toByteArray();
  }

  private static void send(RunTraces to, byte[] spans) throws Exception {
    String endpoint = to.environment().getOrDefault("SLUICE_TRACING_ENDPOINT", "");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(endpoint + "/v1/traces"))
              .POST(HttpRequest.BodyPublishers.ofByteArray(spans))
              .build();
      assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPublicationIsOneTraceFromItsPublisherToTheNodes() throws Exception {
    try (RunTraces traces = new RunTraces()) {
      RunTraces.Sending sending = traces.publication("news").orElseThrow();
      assertThat(sending.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
      send(traces, below(sending.traceparent(), "process news"));
      sending.written();

      assertThat(traces.found().of(TraceKind.PUBLICATION))
          .singleElement()
          .satisfies(trace -> {
            assertThat(sending.traceparent()).contains("-" + trace.id() + "-");
            assertThat(trace.spans())
                .extracting(span -> span.name() + " " + span.node() + " " + span.depth())
                .containsExactly("send news publisher 0", "process news node-1 1");
            assertThat(trace.spans()).noneMatch(SlowTrace.Span::failed);
          });
    }
  }

  @Test
  void aPublicationThatFailsSaysSo() throws Exception {
    try (RunTraces traces = new RunTraces()) {
      traces.publication("news").orElseThrow().failed();

      assertThat(traces.found().slowest())
          .flatExtracting(SlowTrace::spans)
          .singleElement()
          .matches(SlowTrace.Span::failed);
    }
  }

  @Test
  void aRequestIsATraceOfItsOwnKind() throws Exception {
    try (RunTraces traces = new RunTraces()) {
      String traceparent = traces.request().orElseThrow();
      send(traces, below(traceparent, "POST /api/publish"));

      FoundTraces found = traces.found();
      assertThat(found.of(TraceKind.REQUEST))
          .flatExtracting(SlowTrace::spans)
          .containsExactly(new SlowTrace.Span("POST /api/publish", "node-1", 0, 0, false, 20_000));
      assertThat(found.of(TraceKind.PUBLICATION)).isEmpty();
    }
  }

  @Test
  void nodesBeginNoTracesByThemselves() throws Exception {
    try (RunTraces traces = new RunTraces()) {
      assertThat(traces.environment()).containsEntry("SLUICE_TRACING_SAMPLE", "0");
    }
  }

  @Test
  void whatIsFoundIsTheSameWhenItIsReadAgain() throws Exception {
    FoundTraces found =
        new FoundTraces(
            9,
            1,
            List.of(
                new SlowTrace(
                    TraceKind.REQUEST,
                    1_800_000_000_000L,
                    "4bf9",
                    8_500,
                    3,
                    List.of(new SlowTrace.Span("a", "node-1", 2, 5, true, 7)))));
    assertThat(FoundTraces.ofJson(found.toJson())).isEqualTo(found);
  }
}
