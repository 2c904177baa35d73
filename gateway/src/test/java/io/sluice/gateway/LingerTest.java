package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Peers that are told to go, read it to the end, and never close: whatever they were told, 5 s
/// later their socket is cut. They come side by side, each from an address of its own.

@Tag("full")
@Execution(ExecutionMode.CONCURRENT)
final class LingerTest {
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final Duration LATEST = Duration.ofSeconds(8);
  private static final AtomicInteger ADDRESSES = new AtomicInteger(1);

  @TempDir private static Path folder;
  private static Gateway plain;
  private static Gateway secure;

  @BeforeAll
  static void start() throws Exception {
    plain = TestStack.node("linger", settings());
    Map<String, String> tls = new HashMap<>(settings());
    tls.putAll(TestTls.settings(folder));
    secure = TestStack.node("linger", tls);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "edge.loops", "1",
        "edge.limit-loopback", "true",
        "edge.handshakes-per-second", "0",
        "edge.max-connections-per-address", "1",
        "edge.connect-timeout", "1s");
  }

  @AfterAll
  static void nothingOfThemStays() {
    try (Gateway _ = plain;
        Gateway _ = secure) {
      for (Gateway node : new Gateway[] {plain, secure}) {
        EdgeProbe metrics = new EdgeProbe(node.apiPort());
        await()
            .atMost(Duration.ofSeconds(10))
            .untilAsserted(() -> assertThat(metrics.metric("sluice_edge_connections")).isZero());
      }
    }
  }

  /// What a peer is told last.
  enum Told {
    STALE_3502,
    VIOLATION_1002,
    TURNED_AWAY_3013,
    NOT_FOUND_404,
    STREAM_REFUSED_401,
    STREAM_TURNED_AWAY,
    STREAM_ENDED_3005;

    /// Whether the only place of its address is to be taken.
    private boolean needsNeighbour() {
      return this == TURNED_AWAY_3013 || this == STREAM_TURNED_AWAY;
    }

    private boolean isWebSocket() {
      return this == STALE_3502 || this == VIOLATION_1002 || this == TURNED_AWAY_3013;
    }

    private void ask(EdgeProbe probe, Socket socket) throws IOException {
      switch (this) {
        case STALE_3502, TURNED_AWAY_3013 -> probe.webSocket(socket, "/connection/websocket");
        case VIOLATION_1002 -> {
          probe.webSocket(socket, "/connection/echo");
          socket.getOutputStream().write(new byte[] {0x7f, 0}); // reserved bits
        }
        case NOT_FOUND_404 -> get(socket, "/no");
        case STREAM_REFUSED_401 -> get(socket, "/connection/uni_sse?channels=a&token=bad");
        case STREAM_TURNED_AWAY, STREAM_ENDED_3005 ->
            get(
                socket,
                "/connection/uni_sse?channels=a&token="
                    + TestStack.token("eve", Duration.ofSeconds(2)));
      }
    }

    private static void get(Socket socket, String path) throws IOException {
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private void check(byte[] heard) throws IOException {
      String text = new String(heard, StandardCharsets.ISO_8859_1);
      switch (this) {
        case STALE_3502 -> assertThat(closeCode(heard)).isEqualTo(3502);
        case VIOLATION_1002 -> assertThat(closeCode(heard)).isEqualTo(1002);
        case TURNED_AWAY_3013 -> assertThat(closeCode(heard)).isEqualTo(3013);
        case NOT_FOUND_404 -> assertThat(text).startsWith("HTTP/1.1 404");
        case STREAM_REFUSED_401 -> assertThat(text).startsWith("HTTP/1.1 401");
        case STREAM_TURNED_AWAY ->
            assertThat(text)
                .startsWith("HTTP/1.1 200")
                .doesNotContain("data")
                .endsWith("0\r\n\r\n");
        case STREAM_ENDED_3005 -> assertThat(text).contains("\"code\":3005").endsWith("0\r\n\r\n");
      }
    }

    private static int closeCode(byte[] heard) throws IOException {
      return EdgeProbe.closeCode(new ByteArrayInputStream(heard));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoNeverClosesIsCutAfterFiveSeconds(Told told) throws Exception {
    cut(plain, told);
  }

  @ParameterizedTest
  @EnumSource
  void whoNeverClosesIsCutAfterFiveSecondsOverTls(Told told) throws Exception {
    cut(secure, told);
  }

  private static Socket open(Gateway node, EdgeProbe probe) throws Exception {
    return node == secure ? TestTls.over(probe.open()) : probe.open();
  }

  private static void cut(Gateway node, Told told) throws Exception {
    EdgeProbe probe = new EdgeProbe(node.edgePort()).from("127.0.2." + ADDRESSES.getAndIncrement());
    try (AutoCloseable _ = told.needsNeighbour() ? neighbour(node, probe) : () -> {};
        Socket socket = open(node, probe)) {
      long began = System.nanoTime();
      told.ask(probe, socket);
      told.check(socket.getInputStream().readAllBytes()); // the server's side is closed at once
      byte[] again = told.isWebSocket() ? EdgeProbe.frame(10, new byte[0]) : new byte[] {'x'};
      assertThat(HostilePeer.untilCut(socket, again)).isLessThan(LATEST);
      assertThat(HostilePeer.since(began)).isGreaterThan(LINGER); // it may be read late
    }
  }

  /// Holds the only place of an address.
  private static Socket neighbour(Gateway node, EdgeProbe probe) throws Exception {
    String path = "/connection/uni_websocket?token=" + TestStack.token("neighbour");
    return probe.webSocket(open(node, probe), path);
  }
}
