package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.FreePorts;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.telemetry.Tracing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A collector that answers with headers only.
final class CollectorNoBodyTest {
  /// A batch has failed after 3.5 s, and its thread has ended after 4 s.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private double count(String outcome) {
    return metrics.get("sluice.traces.spans").tag("outcome", outcome).counter().count();
  }

  @Test
  void itsSpansHaveFailedNobodyWaitsForItAndTheNextOneGetsWhatEndsThen() throws Exception {
    OtlpProtocol http = OtlpProtocol.HTTP_PROTOBUF;
    int port = FreePorts.next();
    String endpoint = "http://127.0.0.1:" + port;
    try (Tracing tracing =
        Tracing.open(new TracingConfig(endpoint, http, 1, 100), "n-1", "1", metrics)) {
      try (NoBody collector = new NoBody(port)) {
        SomeSpan.end(tracing);
        await().atMost(PATIENCE).until(() -> count("failed") == 1);
        await().atMost(PATIENCE).until(() -> collector.ended() == 1);
      }
      try (OtlpReceiver collector = new OtlpReceiver(http, port)) {
        SomeSpan.end(tracing);
        await().atMost(PATIENCE).until(() -> count("exported") == 1);
        assertThat(collector.all()).hasSize(1);
      }
    }
    assertThat(count("failed")).isOne();
  }
}
