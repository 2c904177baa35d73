package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The end of tracing, and tracing that is off.
final class TracingCloseTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  /// A collector that accepts connections and never answers.
  @ParameterizedTest
  @EnumSource(OtlpProtocol.class)
  void closingWaitsNoLongerThanTwoSeconds(OtlpProtocol protocol) throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Tracing tracing =
          Tracing.open(
              new TracingConfig("http://127.0.0.1:" + mute.getLocalPort(), protocol, 1, 100),
              "n-1",
              "1",
              metrics);
      RequestSpans requests = tracing.requests().orElseThrow();
      Span span = Span.fromContext(requests.begin("GET", "/api", "/api", Optional.empty()));
      assertThat(span.isRecording()).isTrue();
      requests.end(span, 200);

      long start = System.nanoTime();
      tracing.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("it gives the span its time")
          .isGreaterThan(Duration.ofMillis(1_900));
      assertThat(metrics.get("sluice.traces.spans").tag("outcome", "failed").counter().count())
          .as("and does not wait until it has failed, after three seconds")
          .isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(OtlpProtocol.class)
  void withoutAnEndpointThereIsNothing(OtlpProtocol protocol) {
    Tracing off = Tracing.open(new TracingConfig("", protocol, 1, 100), "n-1", "1", metrics);
    assertThat(off.requests()).isEmpty();
    assertThat(metrics.getMeters()).isEmpty();
    off.close();
  }
}
