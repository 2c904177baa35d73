package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.sluice.gateway.NoBody;
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

  private static MetricSending sending(
      String endpoint, Duration every, PrometheusRegistry registry) {
    return MetricSending.start(
            new MetricsConfig(endpoint, OtlpProtocol.HTTP_PROTOBUF, every),
            "n-1",
            "1",
            Instant.EPOCH,
            registry)
        .orElseThrow();
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
    try (MetricSending _ = sending(endpoint, Duration.ofSeconds(1), registry)) {
      await().until(() -> !fails.get() && taken.get() > 0);
    }
  }

  @Test
  void aCollectorThatAnswersWithHeadersOnlyIsGivenUp() throws Exception {
    NoBody mute = new NoBody();
    try (MetricSending _ = sending(mute.url(), Duration.ofSeconds(1), new PrometheusRegistry());
        mute) {
      await().atMost(Duration.ofSeconds(20)).until(() -> mute.ended() > 0);
    }
  }

  @Test
  void closingWaitsForItNoLongerThanForAnother() throws Exception {
    try (NoBody mute = new NoBody()) {
      sending(mute.url(), Duration.ofHours(1), new PrometheusRegistry()).close();
      assertThat(mute.asked()).isOne();
      assertThat(mute.ended()).as("its time is four seconds, that of closing two").isZero();
    }
  }
}
