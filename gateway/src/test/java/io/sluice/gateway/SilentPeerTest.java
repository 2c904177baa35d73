package io.sluice.gateway;

import static io.sluice.gateway.HostilePeer.since;
import static io.sluice.gateway.HostilePeer.trickle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kind of peer that says nothing, says too little or hears nothing is found, and ended by
/// its own bound; nobody else is. They come side by side, so each looks at its own socket only.
@Execution(ExecutionMode.CONCURRENT)
@Tag("full")
final class SilentPeerTest {
  /// What a busy machine and two ticks of 250 ms may add to a bound of a second.
  private static final Duration LATEST = Duration.ofSeconds(5);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration PACE = Duration.ofMillis(50);

  private static Gateway gateway;

  /// Which waits long for everybody.
  private static Gateway patient;

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
    patient =
        TestStack.node(
            "silent",
            Map.of(
                "edge.loops", "1",
                "edge.ping-interval", "6s",
                "edge.pong-timeout", "5s"));
    probe = new EdgeProbe(gateway.edgePort());
    metrics = new EdgeProbe(gateway.apiPort());
  }

  @AfterAll
  static void nothingOfThemStaysAndEachWasCountedOnce() {
    try (Gateway _ = gateway;
        Gateway _ = patient) {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> {
            assertThat(metrics.metric("sluice_edge_connections")).isZero();
            assertThat(metrics.metric("sluice_edge_subscriptions")).isZero();
            assertThat(metrics.closings()).isEqualTo(metrics.metric("sluice_edge_openings_total"));
          });
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(ascii(text));
  }

  private static String connect(String user) {
    return "{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token(user) + "\"}}";
  }

  /// After a connect that was answered.
  private static Socket connected(EdgeProbe edge) throws Exception {
    Socket socket = edge.webSocket("/connection/websocket");
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
      trickle(socket, ascii("x".repeat(200)), PACE);
    }
    assertThat(since(began)).isBetween(SECOND, LATEST);
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
    byte[] frame = EdgeProbe.frame(1, ascii(connect("eve")));
    long began = System.nanoTime();
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      byte[] heard = trickle(socket, frame, PACE);
      assertThat(since(began)).isBetween(SECOND, LATEST);
      assertThat(EdgeProbe.closeCode(new ByteArrayInputStream(heard))).isEqualTo(3502);
    }
  }

  @Test
  void aRefusedConnectBuysNoFurtherTime() throws Exception {
    long began = System.nanoTime();
    byte[] refused =
        EdgeProbe.frame(
            1,
            ascii(
                connect("eve")
                    .replace("}}", ",\"data\":{\"session\":\"" + "s".repeat(99) + "\"}}}")));
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      Thread teller = Thread.startVirtualThread(() -> tellAgainAndAgain(socket, refused));
      int refusals = 0;
      EdgeProbe.Received frame = EdgeProbe.read(socket.getInputStream());
      while (frame.opcode() != 8 && since(began).compareTo(LATEST) < 0) {
        refusals += frame.text().split("\"code\":103", -1).length - 1;
        frame = EdgeProbe.read(socket.getInputStream());
      }
      assertThat(frame.opcode()).isEqualTo(8);
      assertThat(frame.closeCode()).isEqualTo(3502);
      assertThat(since(began)).isBetween(SECOND, LATEST);
      assertThat(refusals).isGreaterThan(1);
      teller.interrupt();
    }
  }

  private static void tellAgainAndAgain(Socket socket, byte[] bytes) {
    try {
      while (HostilePeer.tells(socket, bytes)) {
        Thread.sleep(PACE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
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
    long began = System.nanoTime();
    try (Socket socket =
        path.equals("/connection/websocket")
            ? connected(probe)
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
    Duration silent = Duration.ofMillis(strikes * 500L);
    assertThat(since(began)).isBetween(silent.plusMillis(500), silent.plus(LATEST));
  }

  @Test
  void aPongClearsTheStrikesAndLateOnesAreNotUnasked() throws Exception {
    try (Socket socket = connected(probe)) {
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

  /// Some a few seconds late, since each waits for the one before.
  @Test
  void whoAnswersIsNotEnded() throws Exception {
    EdgeProbe edge = new EdgeProbe(patient.edgePort());
    try (Socket client = connected(edge);
        Socket uni = edge.webSocket("/connection/uni_websocket?token=" + TestStack.token("ann"));
        Socket echo = edge.webSocket("/connection/echo");
        Socket stream = edge.open()) {
      write(
          stream,
          "GET /connection/uni_sse?token=%s HTTP/1.1\r\nHost: x\r\n\r\n"
              .formatted(TestStack.token("bob")));
      EdgeProbe.read(uni.getInputStream());
      for (int i = 0; i < 3; i++) {
        assertThat(EdgeProbe.read(client.getInputStream()).text()).isEqualTo("{}");
        client.getOutputStream().write(EdgeProbe.frame(1, ascii("{}")));
        for (Socket webSocket : new Socket[] {uni, echo}) {
          assertThat(EdgeProbe.read(webSocket.getInputStream()).opcode()).isEqualTo(9);
          webSocket.getOutputStream().write(EdgeProbe.frame(10, new byte[0]));
        }
      }
      InputStream in = stream.getInputStream();
      assertThat(new String(in.readNBytes(in.available()), StandardCharsets.UTF_8))
          .contains("\n:\n\n")
          .doesNotContain("disconnect")
          .doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void aHalfClosedHandshakeIsGoneAtOnce() throws Exception {
    try (Socket socket = new EdgeProbe(patient.edgePort()).open()) {
      write(socket, "GET /connection/websocket HTTP/1.1\r\nHost: x\r\n");
      long began = System.nanoTime();
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(since(began)).as("not at its time-out, of ten seconds").isLessThan(LATEST);
    }
  }
}
