package io.sluice.gateway.telemetry;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.sluice.gateway.config.MetricsConfig;
import io.sluice.gateway.config.OtlpProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sending metrics again and again.
final class MetricSendingTest {
  /// As HttpServer wants it told.
  private static final int NOTHING = -1;

  private final AtomicInteger taken = new AtomicInteger();
  private HttpServer collector;

  @BeforeEach
  void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext("/v1/metrics", this::take);
    collector.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var _ = exchange.getRequestBody().readAllBytes();
      taken.incrementAndGet();
      exchange.sendResponseHeaders(200, NOTHING);
    }
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  /// Whatever came out of gathering them.
  @Test
  void theyAreSentAfterAnErrorAsBefore() {
    PrometheusRegistry registry = new PrometheusRegistry();
    AtomicBoolean fails = new AtomicBoolean(true);
    io.prometheus.metrics.model.registry.Collector measuring =
        () -> {
          if (fails.getAndSet(false)) {
            throw new LinkageError("as the test wants it");
          }
          return GaugeSnapshot.builder()
              .name("depth")
              .dataPoint(GaugeDataPointSnapshot.builder().value(7).build())
              .build();
        };
    registry.register(measuring);
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (MetricSending _ =
        MetricSending.start(
                new MetricsConfig(endpoint, OtlpProtocol.HTTP_PROTOBUF, Duration.ofSeconds(1)),
                "n-1",
                "1",
                Instant.EPOCH,
                registry)
            .orElseThrow()) {
      await().until(() -> !fails.get() && taken.get() > 0);
    }
  }
}
