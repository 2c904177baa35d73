package io.sluice.gateway;

import static io.sluice.gateway.HostilePeer.narrow;
import static io.sluice.gateway.HostilePeer.since;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers for which bytes wait: who takes none of them is ended after `edge.write-timeout`, on every
/// transport; who takes some is not, however slowly. They come side by side: whether one has been
/// ended is seen by its user's only seat, which is free then.
@Tag("full")
@Execution(ExecutionMode.CONCURRENT)
final class StuckPeerTest {
  private static final String TOPIC = "stuck.default";
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final int WINDOW = 64 * 1024;
  private static final Duration LATEST = Duration.ofSeconds(15);
  private static final String BIG = "\"" + "x".repeat(100_000) + "\"";

  /// More than the sockets' own buffers take, 4 MB at most.
  private static final int FLOOD = 50;

  @TempDir private static Path folder;
  private static Gateway plain;
  private static Gateway secure;

  @BeforeAll
  static void start() throws Exception {
    plain = TestStack.node("stuck", settings());
    Map<String, String> tls = new HashMap<>(settings());
    tls.putAll(TestTls.settings(folder));
    secure = TestStack.node("stuck", tls);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "edge.loops", "1",
        "edge.handshake-timeout", "60s",
        "edge.write-timeout", "2s",
        "edge.max-connections-per-user", "1",
        "edge.outbox", "64MiB");
  }

  @AfterAll
  static void nothingOfThemStaysAndEachWasCountedOnce() {
    try (Gateway _ = plain;
        Gateway _ = secure) {
      for (Gateway node : new Gateway[] {plain, secure}) {
        EdgeProbe metrics = new EdgeProbe(node.apiPort());
        await()
            .atMost(Duration.ofSeconds(12))
            .untilAsserted(() -> {
              assertThat(metrics.metric("sluice_edge_connections")).isZero();
              assertThat(metrics.metric("sluice_edge_subscriptions")).isZero();
              assertThat(metrics.closings())
                  .isEqualTo(metrics.metric("sluice_edge_openings_total"));
            });
      }
    }
  }

  private static double slow(Gateway node) throws IOException {
    return new EdgeProbe(node.apiPort()).metric("sluice_edge_closings_total{reason=\"slow\"}");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// A user subscribed to a channel of its own name, with a small window; nothing is unread.
  private record Peer(Gateway node, Socket socket, String name) implements AutoCloseable {
    static Peer subscribed(Gateway node, String transport, String name, int window)
        throws Exception {
      Peer peer = new Peer(node, open(node, window), name);
      peer.subscribe(transport);
      return peer;
    }

    private static Socket open(Gateway node, int window) throws Exception {
      Socket socket = narrow(node.edgePort(), window);
      return node == secure ? TestTls.over(socket) : socket;
    }

    private void subscribe(String transport) throws Exception {
      EdgeProbe probe = new EdgeProbe(node.edgePort());
      String query = "?channels=" + name + "&token=" + TestStack.token(name);
      InputStream in = socket.getInputStream();
      switch (transport) {
        case "websocket" -> {
          probe.webSocket(socket, "/connection/websocket");
          String commands =
              "{\"id\":1,\"connect\":{\"token\":\"%s\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"%s\"}}"
                  .formatted(TestStack.token(name), name);
          socket.getOutputStream().write(EdgeProbe.frame(1, bytes(commands)));
          String replies = EdgeProbe.read(in).text();
          while (!replies.contains("\"subscribe\"")) {
            replies = EdgeProbe.read(in).text();
          }
        }
        case "uni_websocket" -> {
          probe.webSocket(socket, "/connection/uni_websocket" + query);
          assertThat(EdgeProbe.read(in).text()).contains("\"connect\"");
        }
        default -> {
          socket
              .getOutputStream()
              .write(bytes("GET /connection/uni_sse" + query + " HTTP/1.1\r\nHost: x\r\n\r\n"));
          StringBuilder head = new StringBuilder();
          while (!head.toString().endsWith("\n\n\r\n") || head.indexOf("\"connect\"") < 0) {
            head.append((char) in.read());
          }
        }
      }
    }

    /// Whether the server has ended it.
    boolean ended() throws Exception {
      try (Socket other = open(node, WINDOW)) {
        new EdgeProbe(node.edgePort())
            .webSocket(other, "/connection/uni_websocket?token=" + TestStack.token(name));
        return EdgeProbe.read(other.getInputStream()).opcode() != 8;
      }
    }

    void awaitEnd() {
      await().pollInterval(Duration.ofMillis(100)).atMost(LATEST).until(this::ended);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static void flood(String channel) throws Exception {
    TestStack.produce(TOPIC, channel, BIG, FLOOD);
  }

  private static Gateway node(String over) {
    return over.equals("tls") ? secure : plain;
  }

  /// Over TLS a `close_notify` gets 3 s more.
  @ParameterizedTest
  @CsvSource({
    "tcp,websocket",
    "tcp,uni_websocket",
    "tcp,uni_sse",
    "tls,websocket",
    "tls,uni_sse",
  })
  void whoNeverReadsIsEndedAfterTheWriteTimeoutAndCutWhenItCannotBeTold(
      String over, String transport) throws Exception {
    double before = slow(node(over));
    try (Peer peer =
        Peer.subscribed(node(over), transport, "never-" + over + "-" + transport, WINDOW)) {
      assertThat(peer.ended()).as("its seat is taken").isFalse();
      long began = System.nanoTime();
      flood(peer.name());
      peer.awaitEnd();
      assertThat(since(began)).isGreaterThan(WRITE_TIMEOUT);
      assertThat(slow(peer.node())).isGreaterThan(before);

      byte[] anything = transport.equals("uni_sse") ? bytes("x") : EdgeProbe.frame(10, bytes(""));
      assertThat(HostilePeer.untilCut(peer.socket(), anything))
          .isLessThan(Duration.ofSeconds(over.equals("tls") ? 11 : 8));
      assertThat(since(began)).isGreaterThan(WRITE_TIMEOUT.plus(LINGER)); // its end is seen late
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"websocket", "uni_websocket", "uni_sse"})
  void whoReadsAgainInTimeIsToldWhy(String transport) throws Exception {
    try (Peer peer = Peer.subscribed(plain, transport, "late-" + transport, WINDOW)) {
      flood(peer.name());
      peer.awaitEnd();

      InputStream in = peer.socket().getInputStream();
      if (transport.equals("uni_sse")) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .contains("\"code\":3008")
            .endsWith("0\r\n\r\n");
      } else {
        assertThat(EdgeProbe.closeCode(in)).isEqualTo(3008);
      }
    }
  }

  /// An echo has no user, so it has a node to itself.
  @Test
  void anEchoThatIsNotReadIsEnded() throws Exception {
    try (Gateway node = TestStack.node("stuck-echo", settings());
        Socket socket =
            new EdgeProbe(node.edgePort())
                .webSocket(narrow(node.edgePort(), WINDOW), "/connection/echo")) {
      long began = System.nanoTime();
      socket.getOutputStream().write(EdgeProbe.frame(2, new byte[12 << 20]));
      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(LATEST)
          .untilAsserted(() -> assertThat(slow(node)).isEqualTo(1));
      assertThat(since(began)).isGreaterThan(WRITE_TIMEOUT);
      assertThat(EdgeProbe.read(socket.getInputStream()).payload()).hasSize(12 << 20);
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(3008);
    }
  }

  private static double stalledRequests() throws IOException {
    EdgeProbe metrics = new EdgeProbe(plain.apiPort());
    String name = "sluice_edge_handshakes_total{outcome=\"stalled\",transport=\"health\"}";
    return metrics.get("/metrics").contains(name) ? metrics.metric(name) : 0;
  }

  /// Preflights, because they are answered with as many bytes as they ask for.
  @Test
  void aRequestWhoseAnswersAreNotReadIsCut() throws Exception {
    double before = stalledRequests();
    byte[] requests =
        bytes(
            "OPTIONS /health HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost\r\nAccess-Control-Request-Headers: %s\r\n\r\n"
                .formatted("x".repeat(8_000))
                .repeat(100));
    try (Socket socket = narrow(plain.edgePort(), WINDOW)) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            while (HostilePeer.tells(socket, requests)) {
              // until it is cut
            }
          });
      await().atMost(LATEST).until(() -> stalledRequests() == before + 1);
      assertThat(writer.join(LATEST)).as("its socket is cut").isTrue();
    }
  }

  /// It takes 32 KB every 100 ms, for three times as long as nothing at all would be allowed, and
  /// then all the rest.
  @Test
  void whoReadsSlowlyIsNotEnded() throws Exception {
    try (Peer peer = Peer.subscribed(plain, "websocket", "slowly", WINDOW)) {
      Thread producer =
          Thread.startVirtualThread(() -> {
            try {
              flood("slowly");
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
      InputStream in = peer.socket().getInputStream();
      long began = System.nanoTime();
      byte[] part = new byte[32 * 1024];
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(LATEST)
          .until(() -> {
            assertThat(in.readNBytes(part, 0, part.length)).isEqualTo(part.length);
            return since(began).compareTo(WRITE_TIMEOUT.multipliedBy(3)) > 0;
          });
      producer.join();
      assertThat(peer.ended()).isFalse();

      peer.socket().getOutputStream().write(EdgeProbe.frame(1, bytes("{\"id\":9,\"ping\":{}}")));
      String tail = "";
      while (!tail.endsWith("{\"id\":9,\"ping\":{}}")) {
        int n = in.read(part);
        assertThat(n).as("it goes on").isPositive();
        String all = tail + new String(part, 0, n, StandardCharsets.ISO_8859_1);
        tail = all.substring(Math.max(0, all.length() - 50));
      }
    }
  }
}
