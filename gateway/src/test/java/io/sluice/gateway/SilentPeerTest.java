package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kind of peer that says nothing, says too little or hears nothing is found, and ended by
/// its own bound; nobody else is.
final class SilentPeerTest {
  /// What a busy machine and two ticks of 250 ms may add to a bound of a second.
  private static final Duration LATEST = Duration.ofSeconds(5);

  private static final Duration SECOND = Duration.ofSeconds(1);

  private static Gateway gateway;
  private static EdgeProbe probe;
  private static EdgeProbe metrics;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "silent",
            Map.of(
                "edge.loops", "1",
                "edge.handshake-timeout", "1s",
                "edge.connect-timeout", "1s",
                "edge.ping-interval", "1s",
                "edge.pong-timeout", "500ms",
                "edge.ping-strikes", "3"));
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
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(metrics.metric("sluice_edge_connections")).isZero();
          assertThat(metrics.metric("sluice_edge_subscriptions")).isZero();
        });
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static double closings(String reason) throws IOException {
    return metrics.metric("sluice_edge_closings_total{reason=\"" + reason + "\"}");
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(ascii(text));
  }

  private static String connect(String user) {
    return "{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token(user) + "\"}}";
  }

  /// After a connect that was answered.
  private static Socket connected() throws Exception {
    Socket socket = probe.webSocket("/connection/websocket");
    socket.getOutputStream().write(EdgeProbe.frame(1, ascii(connect("eve"))));
    EdgeProbe.read(socket.getInputStream());
    return socket;
  }

  // the handshake

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // the request line
        "GET /connection/websocket HTTP/1.1\r\n", // a header
        "POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n",
        "POST /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n270f\r\n"
      })
  void aRequestThatTricklesIsCutAtTheHandshakeTimeout(String beginning) throws Exception {
    long began = System.nanoTime();
    try (Socket socket = probe.open()) {
      write(socket, beginning);
      socket.setSoTimeout(50);
      assertThat(trickleUntilEnded(socket)).isTrue();
    }
    assertThat(since(began)).isBetween(SECOND, LATEST);
  }

  /// A byte every 50 ms.
  private static boolean trickleUntilEnded(Socket socket) throws IOException {
    for (int i = 0; i < 400; i++) {
      try {
        socket.getOutputStream().write('x');
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      } catch (SocketTimeoutException _) {
        // not yet
      } catch (IOException _) {
        return true; // reset
      }
    }
    return false;
  }

  @Test
  void aSocketThatWasServedAndAsksForNothingMoreIsCut() throws Exception {
    try (Socket socket = probe.open()) {
      write(socket, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
      EdgeProbe.head(socket.getInputStream());
      long began = System.nanoTime();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(since(began)).isBetween(Duration.ofMillis(900), LATEST);
    }
  }

  // the connect

  @Test
  void aWebSocketThatNeverConnectsIsClosedWith3502() throws Exception {
    long began = System.nanoTime();
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(3502);
    }
    assertThat(since(began)).isBetween(SECOND, LATEST);
  }

  @Test
  void aConnectThatTricklesInIsClosedWith3502() throws Exception {
    long began = System.nanoTime();
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      write(socket, "\u0001"); // half of a header of two bytes, of a fragment
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(3502);
    }
    assertThat(since(began)).isBetween(SECOND, LATEST);
  }

  @Test
  void aRefusedConnectBuysNoFurtherTime() throws Exception {
    double before = closings("stale");
    long began = System.nanoTime();
    byte[] refused =
        EdgeProbe.frame(
            1,
            ascii(
                connect("eve")
                    .replace("}}", ",\"data\":{\"session\":\"" + "s".repeat(99) + "\"}}}")));
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      socket.setSoTimeout(200);
      await().atMost(LATEST).until(() -> !tells(socket, refused) || closings("stale") > before);
    }
    assertThat(closings("stale")).isEqualTo(before + 1);
    assertThat(since(began)).isGreaterThanOrEqualTo(SECOND);
  }

  private static boolean tells(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  // pings

  @ParameterizedTest
  @CsvSource({
    "/connection/websocket,1,3",
    "/connection/uni_websocket?token=,9,3",
    "/connection/echo,9,1",
  })
  void aPeerThatAnswersNoPingIsClosedWith3012AtTheLastStrike(String path, int opcode, int strikes)
      throws Exception {
    double before = closings("no-pong");
    long began = System.nanoTime();
    try (Socket socket =
        path.equals("/connection/websocket")
            ? connected()
            : probe.webSocket(path.endsWith("=") ? path + TestStack.token("eve") : path)) {
      InputStream in = socket.getInputStream();
      int pings = 0;
      EdgeProbe.Received frame = EdgeProbe.read(in);
      while (frame.opcode() != 8) {
        pings += frame.opcode() == opcode && frame.payload().length <= 2 ? 1 : 0;
        frame = EdgeProbe.read(in);
      }
      assertThat(frame.closeCode()).isEqualTo(3012);
      assertThat(pings).isEqualTo(strikes);
    }
    assertThat(closings("no-pong")).isEqualTo(before + 1);
    assertThat(since(began)).isBetween(Duration.ofMillis(500 + strikes * 500L), LATEST);
  }

  @Test
  void aPongClearsTheStrikesAndLateOnesAreNotUnasked() throws Exception {
    try (Socket socket = connected()) {
      InputStream in = socket.getInputStream();
      byte[] pong = EdgeProbe.frame(1, ascii("{}"));
      for (int round = 0; round < 2; round++) {
        assertThat(EdgeProbe.read(in).text()).isEqualTo("{}");
        assertThat(EdgeProbe.read(in).text()).as("after a strike").isEqualTo("{}");
        socket.getOutputStream().write(pong);
        socket.getOutputStream().write(pong);
      }
      socket.getOutputStream().write(EdgeProbe.frame(1, ascii("{\"id\":9,\"ping\":{}}")));
      assertThat(EdgeProbe.read(in).text()).contains("\"id\":9");
      socket.getOutputStream().write(pong);
      assertThat(EdgeProbe.closeCode(in)).as("nobody asked for this one").isEqualTo(3501);
    }
  }

  @Test
  void whoAnswersIsNotEnded() throws Exception {
    try (Socket client = connected();
        Socket uni = probe.webSocket("/connection/uni_websocket?token=" + TestStack.token("ann"));
        Socket echo = probe.webSocket("/connection/echo");
        Socket stream = probe.open()) {
      write(
          stream,
          "GET /connection/uni_sse?token=%s HTTP/1.1\r\nHost: x\r\n\r\n"
              .formatted(TestStack.token("bob")));
      EdgeProbe.read(uni.getInputStream());
      for (int i = 0; i < 4; i++) {
        assertThat(EdgeProbe.read(client.getInputStream()).text()).isEqualTo("{}");
        client.getOutputStream().write(EdgeProbe.frame(1, ascii("{}")));
        for (Socket webSocket : new Socket[] {uni, echo}) {
          assertThat(EdgeProbe.read(webSocket.getInputStream()).opcode()).isEqualTo(9);
          webSocket.getOutputStream().write(EdgeProbe.frame(10, new byte[0]));
        }
      }
      assertThat(metrics.metric("sluice_edge_connections")).isEqualTo(4);
    }
  }

  // half-closes, and closes that are never finished

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/connection/websocket",
        "/connection/uni_websocket",
        "/connection/echo",
        "/connection/uni_sse"
      })
  void whoClosesItsSideIsGoneAtOnce(String path) throws Exception {
    double before = closings("client");
    String uri = path.contains("uni") ? path + "?token=" + TestStack.token("eve") : path;
    try (Socket socket = path.endsWith("sse") ? probe.open() : probe.webSocket(uri)) {
      if (path.endsWith("sse")) {
        write(socket, "GET " + uri + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EdgeProbe.head(socket.getInputStream());
      }
      socket.shutdownOutput();
      long began = System.nanoTime();
      socket.getInputStream().readAllBytes();
      assertThat(since(began)).isLessThan(SECOND);
    }
    await()
        .atMost(LATEST)
        .untilAsserted(() -> assertThat(closings("client")).isEqualTo(before + 1));
  }

  @Test
  void aHalfClosedHandshakeIsGoneAtOnce() throws Exception {
    try (Socket socket = probe.open()) {
      write(socket, "GET /connection/websocket HTTP/1.1\r\nHost: x\r\n");
      long began = System.nanoTime();
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(since(began)).isLessThan(SECOND);
    }
  }

  @ParameterizedTest
  @CsvSource({"/connection/websocket,3502", "/connection/echo,1002"})
  void whoNeverClosesAfterOurCloseFrameIsCutAfterFiveSeconds(String path, int code)
      throws Exception {
    try (Socket socket = probe.webSocket(path)) {
      if (code == 1002) {
        write(socket, "\u0081\u0000".replace("\u0081", "\u007f")); // reserved bits
      }
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(code);
      long began = System.nanoTime();
      assertThat(socket.getInputStream().read()).as("our side is closed at once").isEqualTo(-1);
      await()
          .pollInterval(Duration.ofMillis(100))
          .atMost(Duration.ofSeconds(10))
          .until(() -> !tells(socket, EdgeProbe.frame(10, new byte[0])));
      assertThat(since(began)).isBetween(Duration.ofMillis(4_900), Duration.ofSeconds(8));
    }
  }

  /// A socket with a small window, of about this size.
  static Socket narrow(int port, int window) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(window);
    socket.setSoTimeout(15_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }
}
