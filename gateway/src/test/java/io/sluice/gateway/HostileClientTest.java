package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that flood, lie and vanish: what they cost is bounded, and nothing of them stays.
final class HostileClientTest {
  private static Gateway gateway;
  private static EdgeProbe probe;
  private static EdgeProbe metrics;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "hostile",
            Map.of(
                "edge.loops", "1",
                "edge.outbox", "64KiB",
                "edge.handshake-timeout", "2s",
                "edge.connect-timeout", "60s",
                "edge.commands-per-second", "1000000",
                "edge.command-burst", "1000000",
                "tokens.anonymous", "true"));
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

  /// A socket after a connect and some subscribes.
  private static Socket connected(String... channels) throws Exception {
    Socket socket = probe.webSocket("/connection/websocket");
    StringBuilder commands =
        new StringBuilder("{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token("eve") + "\"}}");
    for (int i = 0; i < channels.length; i++) {
      commands
          .append("\n{\"id\":" + (i + 2) + ",\"subscribe\":{\"channel\":\"" + channels[i])
          .append("\"}}");
    }
    socket.getOutputStream().write(EdgeProbe.frame(1, ascii(commands.toString())));
    EdgeProbe.read(socket.getInputStream());
    return socket;
  }

  private static byte[] repeated(byte[] part, int times) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(part.length * times);
    for (int i = 0; i < times; i++) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /// Writes again and again, reads nothing, and stops when nothing has gone out for a second.
  ///
  /// @return how many bytes went out, at most `limit`
  private static long pushIn(byte[] part, long limit) throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.edgePort()))) {
      channel.configureBlocking(false);
      return pushIn(channel, part, limit);
    }
  }

  private static long pushIn(SocketChannel channel, byte[] part, long limit) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(part);
    long sent = 0;
    long lastProgress = System.nanoTime();
    while (sent < limit && System.nanoTime() - lastProgress < 1_000_000_000L) {
      int n = channel.write(bytes);
      if (n > 0) {
        sent += n;
        lastProgress = System.nanoTime();
      } else {
        Thread.onSpinWait();
      }
      if (!bytes.hasRemaining()) {
        bytes.rewind();
      }
    }
    return sent;
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "OPTIONS"})
  void whoPipelinesRequestsAndReadsNoAnswerIsNotReadFromEither(String method) throws Exception {
    byte[] requests =
        repeated(
            ascii(method + " /health HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost\r\n\r\n"),
            1_000);

    long sent = pushIn(requests, 200L << 20);

    assertThat(sent).as("the sockets' own buffers take some").isLessThan(50L << 20);
    assertThat(probe.get("/health")).startsWith("HTTP/1.1 200");
  }

  @Test
  void pipelinedRequestsAreAllAnsweredToAClientThatReads() throws Exception {
    byte[] request = ascii("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    try (Socket socket = probe.open()) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            try {
              socket.getOutputStream().write(repeated(request, 20_000));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      InputStream in = new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16);
      for (int i = 0; i < 20_000; i++) {
        assertThat(EdgeProbe.head(in)).startsWith("HTTP/1.1 200");
      }
      writer.join();
    }
  }

  @Test
  void nothingIsHandledAfterAnAnswerThatCloses() throws Exception {
    double before = handshakes("none", 404);
    String answer =
        probe.exchange(
            "GET /no HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /no HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));

    assertThat(answer).containsOnlyOnce("HTTP/1.1");
    assertThat(handshakes("none", 404)).isEqualTo(before + 1);
  }

  private static double handshakes(String transport, int status) throws IOException {
    String name =
        "sluice_edge_handshakes_total{outcome=\"%d\",transport=\"%s\"}"
            .formatted(status, transport);
    return metrics.get("/metrics").contains(name) ? metrics.metric(name) : 0;
  }

  @Test
  void aStreamThatSendsAnotherRequestIsCut() throws Exception {
    try (Socket socket = probe.open()) {
      String query = "channels=a&token=" + TestStack.token("eve");
      socket
          .getOutputStream()
          .write(ascii("GET /connection/uni_sse?" + query + " HTTP/1.1\r\nHost: x\r\n\r\n"));
      EdgeProbe.head(socket.getInputStream());
      socket.getOutputStream().write(ascii("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
      assertThat(socket.getInputStream().readAllBytes()).asString().doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void ofManyPingsInOneReadOnlyTheNewestIsAnswered() throws Exception {
    try (Socket socket = connected()) {
      ByteArrayOutputStream pings = new ByteArrayOutputStream();
      for (int i = 0; i < 500; i++) {
        pings.writeBytes(EdgeProbe.frame(9, ascii(Integer.toString(i))));
      }
      socket.getOutputStream().write(pings.toByteArray());
      int pongs = 0;
      String last = "";
      while (!last.equals("499")) {
        EdgeProbe.Received frame = EdgeProbe.read(socket.getInputStream());
        if (frame.opcode() == 10) {
          pongs++;
          last = frame.text();
        }
      }
      assertThat(pongs).isLessThan(100);
    }
  }

  @Test
  void manyCommandsInOneReadAreAnsweredInFewFrames() throws Exception {
    try (Socket socket = connected()) {
      byte[] ping = EdgeProbe.frame(1, ascii("{\"id\":7,\"ping\":{}}"));
      socket.getOutputStream().write(repeated(ping, 1_000));
      int replies = 0;
      int frames = 0;
      while (replies < 1_000) {
        replies += EdgeProbe.read(socket.getInputStream()).text().split("\n", -1).length;
        frames++;
      }
      assertThat(frames).isLessThan(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE"})
  void aFrameFullOfNulsIsClosedWith3501(String charset) throws Exception {
    try (Socket socket = connected("a")) {
      byte[] frame = "{\"id\":2,\"send\":{\"data\":[1]}}".getBytes(Charset.forName(charset));
      socket.getOutputStream().write(EdgeProbe.frame(1, frame));
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(3501);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5_000, 65_535})
  void aCloseCodeThatDoesNotExistIsAViolationAndNotEchoed(int code) throws Exception {
    try (Socket socket = probe.webSocket("/connection/echo")) {
      byte[] payload = {(byte) (code >> 8), (byte) code};
      socket.getOutputStream().write(EdgeProbe.frame(8, payload));
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(1002);
    }
  }

  @Test
  void ofManyViolationsOnlyTheFirstIsAnswered() throws Exception {
    double before = closings("echo-violation");
    try (Socket socket = probe.webSocket("/connection/echo")) {
      byte[] notUtf8 = EdgeProbe.frame(1, new byte[] {(byte) 0xc3, 0x28});
      socket.getOutputStream().write(repeated(notUtf8, 1_000));
      assertThat(EdgeProbe.read(socket.getInputStream()).closeCode()).isEqualTo(1007);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(closings("echo-violation")).isEqualTo(before + 1);
  }

  @Test
  void anAnswerThatFindsNoRoomEndsTheConnectionForGood() throws Exception {
    double before = closings("slow");
    String refused = "{\"id\":1,\"connect\":{\"data\":{\"session\":\"no user\"}}}\n".repeat(1_000);
    byte[] round = EdgeProbe.frame(1, ascii(refused.strip()));
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      OutputStream out = socket.getOutputStream();
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !canWrite(out, round) || closings("slow") > before);
      String again =
          "{\"id\":1,\"connect\":{\"token\":\"%s\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"x\"}}"
              .formatted(TestStack.token("eve"));
      canWrite(out, EdgeProbe.frame(1, ascii(again)));
      probe.get("/health"); // the only loop has read the frame by then
    }
    assertThat(closings("slow")).isEqualTo(before + 1);
  }

  /// A peer that was told to go and goes on writing is cut after a few seconds; on a busy machine
  /// that may be before this side has noticed anything.
  private static boolean canWrite(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

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
        socket.getOutputStream().write(ascii("GET " + uri + " HTTP/1.1\r\nHost: x\r\n\r\n"));
        EdgeProbe.head(socket.getInputStream());
      }
      socket.shutdownOutput();
      long began = System.nanoTime();
      socket.getInputStream().readAllBytes();
      assertThat(HostilePeer.since(began))
          .as("sooner than who was told to go and does not")
          .isLessThan(Duration.ofSeconds(4));
    }
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(closings("client")).isEqualTo(before + 1));
  }

  @Test
  void clientsThatVanishAnywhereLeaveNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      Socket socket = i % 2 == 0 ? connected("a", "b", "c") : probe.webSocket("/connection/echo");
      socket.setSoLinger(true, 0); // a reset instead of a close
      socket.close();
      Socket early = probe.webSocket("/connection/websocket");
      early
          .getOutputStream()
          .write(
              EdgeProbe.frame(
                  1,
                  ascii(
                      "{\"id\":1,\"connect\":{\"token\":\"%s\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"x\"}}"
                          .formatted(TestStack.token("eve")))));
      early.setSoLinger(true, 0);
      early.close();
      probe.get("/connection/uni_sse?channels=a&token=bad");
    }
    // the gauges are looked at after each test
  }
}
