package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.telemetry.Tracing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/// What a request is worked on in.
final class RequestTracesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-";

  /// What a handler finds.
  ///
  /// @param context for logging; null: none
  private record Found(@Nullable Map<String, String> context, String trace, boolean recording) {}

  private final BlockingQueue<Found> found = new LinkedBlockingQueue<>();

  /// Nothing listens there, which nobody waits for.
  private final Tracing tracing =
      Tracing.open(
          new TracingConfig("http://127.0.0.1:1", OtlpProtocol.HTTP_PROTOBUF, 0, 100),
          "n-1",
          "1",
          new SimpleMeterRegistry());

  private final WebServer server =
      WebServer.builder()
          .host("127.0.0.1")
          .port(0)
          .featuresDiscoverServices(false)
          .shutdownHook(false)
          .routing(
              HttpRouting.builder()
                  .addFilter(new RequestTraces(tracing.requests().orElseThrow()))
                  .any((_, response) -> {
                    found.add(
                        new Found(
                            MDC.getCopyOfContextMap(),
                            Span.current().getSpanContext().getTraceId(),
                            Span.current().isRecording()));
                    response.send();
                  }))
          .build();

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    tracing.close();
  }

  private Found ask(String path, String traceparent) throws Exception {
    HttpResponse<Void> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .header("traceparent", traceparent)
                .build(),
            HttpResponse.BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(200);
    return found.take();
  }

  @Test
  void whileATracedRequestIsUnderWayTheLogKnowsItsTrace() throws Exception {
    Found traced = ask("/api/info", PARENT + "01");
    assertThat(traced.recording()).isTrue();
    assertThat(traced.trace()).isEqualTo(TRACE);
    assertThat(traced.context())
        .containsEntry("traceId", TRACE)
        .hasEntrySatisfying("spanId", span -> assertThat(span).matches("[0-9a-f]{16}"))
        .doesNotContainEntry("spanId", "b7ad6b7169203331");
  }

  @Test
  void oneThatIsNotTracedKeepsItsCallersTraceAndTheLogKnowsNone() throws Exception {
    Found untraced = ask("/api/info", PARENT + "00");
    assertThat(untraced.recording()).isFalse();
    assertThat(untraced.trace()).isEqualTo(TRACE);
    assertThat(untraced.context())
        .satisfiesAnyOf(none -> assertThat(none).isNull(), empty -> assertThat(empty).isEmpty());
  }

  @Test
  void whatWatchesTheNodeIsNotTraced() throws Exception {
    assertThat(ask("/health/ready", PARENT + "01").recording()).isFalse();
    assertThat(ask("/metrics", PARENT + "01").recording()).isFalse();
  }
}
