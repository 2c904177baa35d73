package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.SilentKafka;
import io.sluice.embedded.SilentLink;
import io.sluice.gateway.config.DrainConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node that leaves while all it depends on is away: it is gone before whoever sent it the signal
/// loses patience.
@Tag("full")
final class ClosingTest {
  private static final Logger log = LoggerFactory.getLogger(ClosingTest.class);

  private static final int CLIENTS = 50;

  /// How what a node depends on is away.
  enum Away {
    /// Whoever is connected, or connects, is cut.
    ENDED,
    /// Who connects, or is connected, hears nothing.
    SILENT
  }

  @ParameterizedTest
  @EnumSource
  void nobodyWhoIsAwayIsWaitedForTooLong(Away away) throws Exception {
    try (SilentKafka kafka = new SilentKafka();
        EmbeddedRedis redis = EmbeddedRedis.builder().start();
        SilentLink toRedis = new SilentLink(0, URI.create(redis.uri()).getPort());
        ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Gateway node = TestStack.node("closing", settings(kafka, toRedis, mute));
      List<TestClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < CLIENTS; i++) {
          TestClient client = TestClient.connected(node, "user" + i);
          clients.add(client);
          client.subscribe("news");
        }
        assertThat(clients.getFirst().command("publish", publish()).has("error")).isFalse();
        switch (away) {
          case ENDED -> {
            kafka.direct().stop();
            redis.stop();
          }
          case SILENT -> {
            kafka.link().fallSilent();
            toRedis.fallSilent();
          }
        }
        for (TestClient client : clients) {
          client.send("{\"id\":9,\"publish\":" + publish() + "}");
        }
        long start = System.nanoTime();
        node.close();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        log.info("closed while everything was away how={} tookMs={}", away, took.toMillis());
        assertThat(took).isBetween(Duration.ofSeconds(1), DrainConfig.CLOSING);
        for (TestClient client : clients) {
          assertThat(client.closeCode()).isEqualTo(3001);
        }
      } finally {
        node.close();
        for (TestClient client : clients) {
          client.close();
        }
      }
    }
  }

  private static String publish() {
    return "{\"channel\":\"news\",\"data\":1}";
  }

  /// With publishes that may take longer than the node has, and a collector that says nothing.
  private static Map<String, String> settings(
      SilentKafka kafka, SilentLink toRedis, ServerSocket mute) {
    String collector = "http://127.0.0.1:" + mute.getLocalPort();
    return Map.of(
        "kafka.bootstrap-servers",
        kafka.linkedServers(),
        "redis.uri",
        "redis://127.0.0.1:" + toRedis.port(),
        "publish.delivery-timeout",
        "30s",
        "tracing.endpoint",
        collector,
        "tracing.sample",
        "1",
        "metrics.otlp-endpoint",
        collector);
  }
}
