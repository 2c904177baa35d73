package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers for which bytes wait: who takes none of them is ended after `edge.write-timeout`, on every
/// transport; who takes some is not, however slowly.
final class StuckPeerTest {
  private static final String TOPIC = "stuck.default";
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(1);
  private static final int WINDOW = 64 * 1024;
  private static final Duration LATEST = Duration.ofSeconds(8);
  private static final String BIG = "\"" + "x".repeat(100_000) + "\"";

  private static Gateway gateway;
  private static EdgeProbe probe;
  private static EdgeProbe metrics;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "stuck",
            Map.of(
                "edge.loops", "1",
                "edge.handshake-timeout", "60s",
                "edge.write-timeout", "1s",
                "edge.outbox", "64MiB"));
    probe = new EdgeProbe(gateway.edgePort());
    metrics = new EdgeProbe(gateway.apiPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void nothingOfThemStays() {
    await()
        .atMost(Duration.ofSeconds(12))
        .untilAsserted(() -> {
          assertThat(metrics.metric("sluice_edge_connections")).isZero();
          assertThat(metrics.metric("sluice_edge_subscriptions")).isZero();
        });
  }

  private static double closings(String reason) throws IOException {
    return metrics.metric("sluice_edge_closings_total{reason=\"" + reason + "\"}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Subscribed to a channel, with a small window; nothing after the head of the answer was read.
  private static Socket subscribed(String transport, String channel) throws Exception {
    Socket socket = SilentPeerTest.narrow(gateway.edgePort(), WINDOW);
    String query = "?channels=" + channel + "&token=" + TestStack.token("eve");
    switch (transport) {
      case "websocket" -> {
        probe.webSocket(socket, "/connection/websocket");
        String commands =
            "{\"id\":1,\"connect\":{\"token\":\"%s\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"%s\"}}"
                .formatted(TestStack.token("eve"), channel);
        socket.getOutputStream().write(EdgeProbe.frame(1, bytes(commands)));
      }
      case "uni_websocket" -> probe.webSocket(socket, "/connection/uni_websocket" + query);
      default ->
          socket
              .getOutputStream()
              .write(bytes("GET /connection/uni_sse" + query + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    await().atMost(LATEST).until(() -> metrics.metric("sluice_edge_subscriptions") == 1);
    return socket;
  }

  private static void flood(String channel, int publications) throws Exception {
    for (int i = 0; i < publications; i++) {
      TestStack.produce(TOPIC, channel, BIG);
    }
  }

  /// Ends when something does, and says how long that took.
  private static Duration until(java.util.concurrent.Callable<Boolean> ended) {
    long began = System.nanoTime();
    await().pollInterval(Duration.ofMillis(50)).atMost(LATEST).until(ended);
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "uni_websocket", "uni_sse"})
  void whoNeverReadsIsEndedAfterTheWriteTimeoutAndCutWhenItCannotBeTold(String transport)
      throws Exception {
    double before = closings("slow");
    long began = System.nanoTime();
    try (Socket socket = subscribed(transport, "never-" + transport)) {
      flood("never-" + transport, 100);
      until(() -> closings("slow") == before + 1);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(WRITE_TIMEOUT);
      if (transport.equals("uni_sse")) {
        return; // whatever it sends has it cut, so that the time cannot be seen from here
      }
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(Duration.ofSeconds(10))
          .until(() -> refuses(socket));
    }
  }

  /// Whether the server has cut the socket.
  private static boolean refuses(Socket socket) {
    try {
      socket.getOutputStream().write(EdgeProbe.frame(10, new byte[0]));
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "uni_websocket", "uni_sse"})
  void whoReadsAgainInTimeIsToldWhy(String transport) throws Exception {
    double before = closings("slow");
    try (Socket socket = subscribed(transport, "late-" + transport)) {
      flood("late-" + transport, 100);
      until(() -> closings("slow") == before + 1);

      InputStream in = socket.getInputStream();
      if (transport.equals("uni_sse")) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("\"code\":3008")
            .endsWith("0\r\n\r\n");
      } else {
        assertThat(EdgeProbe.closeCode(in)).isEqualTo(3008);
      }
    }
  }

  @Test
  void anEchoThatIsNotReadIsEnded() throws Exception {
    double before = closings("slow");
    try (Socket socket =
        probe.webSocket(SilentPeerTest.narrow(gateway.edgePort(), WINDOW), "/connection/echo")) {
      socket.getOutputStream().write(EdgeProbe.frame(2, new byte[12 << 20]));
      assertThat(until(() -> closings("slow") == before + 1))
          .isGreaterThan(WRITE_TIMEOUT.dividedBy(2));
      assertThat(EdgeProbe.read(socket.getInputStream()).payload()).hasSize(12 << 20);
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(3008);
    }
  }

  private static double stalledRequests() throws IOException {
    String name = "sluice_edge_handshakes_total{outcome=\"stalled\",transport=\"health\"}";
    return metrics.get("/metrics").contains(name) ? metrics.metric(name) : 0;
  }

  private static void floodQuietly(String channel) {
    try {
      flood(channel, 100);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRequestWhoseAnswersAreNotReadIsCut() throws Exception {
    double before = stalledRequests();
    byte[] requests = bytes("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1_000));
    try (Socket socket = SilentPeerTest.narrow(gateway.edgePort(), WINDOW)) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                socket.getOutputStream().write(requests);
              }
            } catch (IOException _) {
              // cut, as it should be
            }
          });
      // the sockets' own buffers take some megabytes of answers first
      await().atMost(Duration.ofSeconds(40)).until(() -> stalledRequests() == before + 1);
      assertThat(writer.join(LATEST)).as("its socket is cut").isTrue();
    }
  }

  /// It takes 32 KB every 100 ms, for three times as long as nothing at all would be allowed.
  @Test
  void whoReadsSlowlyIsNotEnded() throws Exception {
    double before = closings("slow");
    try (Socket socket = subscribed("websocket", "slowly")) {
      Thread producer = Thread.startVirtualThread(() -> floodQuietly("slowly"));
      long began = System.nanoTime();
      byte[] part = new byte[32 * 1024];
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(LATEST)
          .until(() -> {
            assertThat(socket.getInputStream().readNBytes(part, 0, part.length)).isPositive();
            return System.nanoTime() - began > 3 * WRITE_TIMEOUT.toNanos();
          });
      producer.join();
      assertThat(closings("slow")).isEqualTo(before);
      assertThat(metrics.metric("sluice_edge_connections")).isEqualTo(1);
    }
  }
}
