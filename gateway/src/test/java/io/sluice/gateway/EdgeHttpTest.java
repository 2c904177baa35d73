package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Paths, handshakes, origins and hostile requests, byte by byte.
final class EdgeHttpTest {
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final String VERSION = "Sec-WebSocket-Version: 13";
  private static final String UPGRADE = "Upgrade: websocket";

  private static Gateway gateway;
  private static EdgeProbe probe;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "edge-http",
            Map.of(
                "edge.handshake-timeout", "1s",
                "edge.max-request-line", "2KiB",
                "edge.max-headers", "4KiB"));
    probe = new EdgeProbe(gateway.edgePort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static String status(String answer) {
    return answer.substring(0, Math.min(answer.length(), 12));
  }

  /// A handshake with these headers; the answer's head.
  private static String handshake(String path, String... headers) throws Exception {
    try (Socket socket = probe.open()) {
      StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
      request.append("Host: 127.0.0.1:").append(gateway.edgePort()).append("\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      socket
          .getOutputStream()
          .write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      return EdgeProbe.head(socket.getInputStream());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/nothing", "/connection", "/connection/", "/connection/x", "/healthy"})
  void aPathThatDoesNotExistIs404(String path) throws Exception {
    assertThat(probe.get(path)).startsWith("HTTP/1.1 404");
  }

  @Test
  void healthIsAnsweredWithoutABodyAndKeepsTheSocket() throws Exception {
    try (Socket socket = probe.open()) {
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String head = EdgeProbe.head(socket.getInputStream());
        assertThat(head).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: 0");
      }
    }
  }

  @Test
  void theHandshakeOfTheStandardIsAnswered() throws Exception {
    String head = handshake("/connection/websocket", UPGRADE, "Connection: Upgrade", VERSION, KEY);
    assertThat(head).startsWith("HTTP/1.1 101");
    assertThat(head).containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @ParameterizedTest
  @CsvSource({
    "WebSocket,Upgrade",
    "WEBSOCKET,upgrade",
    "websocket,'keep-alive, Upgrade'",
    "'h2c, websocket',Upgrade"
  })
  void caseAndListsInUpgradeAndConnectionAreAccepted(String upgrade, String connection)
      throws Exception {
    assertThat(
            handshake(
                "/connection/websocket",
                "Upgrade: " + upgrade,
                "Connection: " + connection,
                VERSION,
                KEY))
        .startsWith("HTTP/1.1 101");
  }

  @Test
  void aWebSocketPathWithoutUpgradeIs426() throws Exception {
    assertThat(probe.get("/connection/websocket"))
        .startsWith("HTTP/1.1 426")
        .containsIgnoringCase("upgrade: websocket");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "12", "14", "x", ""})
  void anotherVersionIs426WithTheRightOne(String version) throws Exception {
    assertThat(
            handshake(
                "/connection/websocket",
                UPGRADE,
                "Connection: Upgrade",
                "Sec-WebSocket-Version: " + version,
                KEY))
        .startsWith("HTTP/1.1 426")
        .containsIgnoringCase("sec-websocket-version: 13");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "dGhlIHNhbXBsZSBub25jZQ", "!!!!!!!!!!!!!!!!!!!!!!!!"})
  void aBadKeyIs400(String key) throws Exception {
    assertThat(
            handshake(
                "/connection/websocket",
                UPGRADE,
                "Connection: Upgrade",
                VERSION,
                "Sec-WebSocket-Key: " + key))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void twoKeysAre400() throws Exception {
    assertThat(
            handshake("/connection/websocket", UPGRADE, "Connection: Upgrade", VERSION, KEY, KEY))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void theSubProtocolSpokenHereIsChosen() throws Exception {
    assertThat(
            handshake(
                "/connection/websocket",
                UPGRADE,
                "Connection: Upgrade",
                VERSION,
                KEY,
                "Sec-WebSocket-Protocol: other, centrifuge-json"))
        .containsIgnoringCase("sec-websocket-protocol: centrifuge-json");
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example,403",
    "null,403",
    "file://,403",
    "http://localhost:3000,101",
    "https://127.0.0.9,101",
    "'http://[::1]:8080',101",
    "http://localhost.evil.example,403",
    "http://127.0.0.1.evil.example,403",
  })
  void onlyAllowedOriginsGetIn(String origin, int status) throws Exception {
    assertThat(
            handshake(
                "/connection/websocket",
                UPGRADE,
                "Connection: Upgrade",
                VERSION,
                KEY,
                "Origin: " + origin))
        .startsWith("HTTP/1.1 " + status);
  }

  @Test
  void thePageServedByTheSameHostGetsIn() throws Exception {
    assertThat(
            probe.get(
                "/connection/uni_sse?token=x", "Origin: http://127.0.0.1:" + gateway.edgePort()))
        .startsWith("HTTP/1.1 401");
  }

  @Test
  void aPreflightIsAnsweredAndCached() throws Exception {
    String answer =
        probe.exchange(
            """
            OPTIONS /connection/uni_sse HTTP/1.1\r
            Host: x\r
            Origin: http://localhost:3000\r
            Access-Control-Request-Method: GET\r
            Access-Control-Request-Headers: x-a\r
            Connection: close\r
            \r
            """);
    assertThat(answer)
        .startsWith("HTTP/1.1 204")
        .containsIgnoringCase("access-control-allow-origin: http://localhost:3000")
        .containsIgnoringCase("access-control-allow-credentials: true")
        .containsIgnoringCase("access-control-allow-headers: x-a")
        .containsIgnoringCase("access-control-max-age: ");
  }

  @Test
  void pagesMayAskForTheHealthUnderTheSameRules() throws Exception {
    assertThat(probe.get("/health", "Origin: http://localhost:3000"))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("access-control-allow-origin: http://localhost:3000");
    assertThat(probe.get("/health", "Origin: https://evil.example")).startsWith("HTTP/1.1 403");
    assertThat(
            probe.exchange(
                """
                OPTIONS /health HTTP/1.1\r
                Host: x\r
                Origin: http://localhost:3000\r
                Access-Control-Request-Method: GET\r
                Connection: close\r
                \r
                """))
        .startsWith("HTTP/1.1 204")
        .containsIgnoringCase("access-control-allow-methods: GET");
    assertThat(probe.exchange("PUT /health HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 405");
  }

  @Test
  void aClientThatAsksBeforeItSendsABodyIsAnswered() throws Exception {
    String head = "POST /health HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
    assertThat(probe.exchange(head + "5\r\n\r\nhello"))
        .startsWith("HTTP/1.1 100")
        .contains("HTTP/1.1 405");
    assertThat(probe.exchange(head + "65537\r\n\r\n")).startsWith("HTTP/1.1 413").contains("64KiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health", "/connection/uni_sse?channels=a", "/nowhere"})
  void aBodyThatNobodyAskedForIsNoLargerThanOthers(String path) throws Exception {
    String head = "POST " + path + " HTTP/1.1\r\nHost: x\r\n";
    assertThat(probe.exchange(head + "Content-Length: 65537\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("64KiB");
    String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    String chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk;
    assertThat(probe.exchange(chunked + "1\r\nx\r\n")).startsWith("HTTP/1.1 413").contains("64KiB");
    assertThat(probe.exchange(chunked + "0\r\n\r\n"))
        .startsWith("HTTP/1.1 4")
        .doesNotStartWith("HTTP/1.1 413");
    assertThat(probe.exchange(head + "Content-Length: many\r\n\r\n")).startsWith("HTTP/1.1 400");
  }

  @Test
  void aRequestLineThatIsTooLongIs414() throws Exception {
    assertThat(probe.get("/connection/uni_sse?x=" + "y".repeat(3_000)))
        .startsWith("HTTP/1.1 414")
        .contains("2KiB");
  }

  @Test
  void headersThatAreTooLargeAre431() throws Exception {
    assertThat(probe.get("/health", "X-Bomb: " + "y".repeat(5_000)))
        .startsWith("HTTP/1.1 431")
        .contains("4KiB");
  }

  @Test
  void moreHeaderFieldsThanAllowedAre431() throws Exception {
    String[] headers = new String[99]; // and Host, and Connection
    java.util.Arrays.fill(headers, "X: y");
    assertThat(probe.get("/health", headers)).startsWith("HTTP/1.1 431").contains("100");
    assertThat(probe.get("/health", java.util.Arrays.copyOf(headers, 98)))
        .startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cf_connect=%7B", "cf_connect=%5B1%5D", "x=%", "cf_connect=%7B%22a%22:1%7D"})
  void aQueryThatCannotBeReadIs400WithoutADecodersWords(String query) throws Exception {
    assertThat(probe.get("/connection/uni_sse?" + query))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("Exception", "jackson", "Unexpected", "io.");
  }

  @Test
  void whatIsNotHttpIs400() throws Exception {
    assertThat(status(probe.exchange("\u0016\u0003\u0001 TLS to a plain port\r\n\r\n")))
        .isEqualTo("HTTP/1.1 400");
  }

  private static double timeouts() throws Exception {
    return new EdgeProbe(gateway.apiPort())
        .metric("sluice_edge_refusals_total{reason=\"handshake-timeout\"}");
  }

  @Test
  void aHandshakeThatIsNeverFinishedIsCut() throws Exception {
    double before = timeouts();
    try (Socket socket = probe.open()) {
      socket.getOutputStream().write("GET /connection/web".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    try (Socket socket = probe.open()) {
      assertThat(socket.getInputStream().read()).as("nothing was ever sent").isEqualTo(-1);
    }
    assertThat(timeouts()).isEqualTo(before + 2);
  }

  /// Those of browsers that post commands, and of probes, wait so.
  @Test
  void aSocketThatWaitsForItsNextRequestIsClosedWhichIsNoRefusal() throws Exception {
    double before = timeouts();
    try (Socket socket = probe.open()) {
      assertThat(EdgeProbe.isServed(socket)).isTrue();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(timeouts()).isEqualTo(before);
  }

  @Test
  void theEchoSendsBackTextAndBinary() throws Exception {
    try (Socket socket = probe.webSocket("/connection/echo")) {
      InputStream in = socket.getInputStream();
      for (int size : new int[] {0, 125, 126, 65_535, 65_536, 1 << 20}) {
        byte[] payload = "a".repeat(size).getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(EdgeProbe.frame(1, payload));
        assertThat(EdgeProbe.read(in).payload()).isEqualTo(payload);
      }
      socket.getOutputStream().write(EdgeProbe.frame(2, new byte[] {-1}));
      EdgeProbe.Received binary = EdgeProbe.read(in);
      assertThat(binary.opcode()).isEqualTo(2);
      assertThat(binary.payload()).containsExactly(-1);
    }
  }

  @Test
  void framesSentTogetherWithTheHandshakeAreNotLost() throws Exception {
    try (Socket socket = probe.open()) {
      byte[] head =
          ("GET /connection/echo HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + VERSION
                  + "\r\n"
                  + KEY
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      byte[] frame = EdgeProbe.frame(1, "early".getBytes(StandardCharsets.US_ASCII));
      byte[] both = java.util.Arrays.copyOf(head, head.length + frame.length);
      System.arraycopy(frame, 0, both, head.length, frame.length);
      socket.getOutputStream().write(both);
      assertThat(EdgeProbe.head(socket.getInputStream())).startsWith("HTTP/1.1 101");
      assertThat(EdgeProbe.read(socket.getInputStream()).text()).isEqualTo("early");
    }
  }

  @Test
  void pingsAreAnsweredAndClosesEchoed() throws Exception {
    try (Socket socket = probe.webSocket("/connection/echo")) {
      socket.getOutputStream().write(EdgeProbe.frame(9, new byte[] {7}));
      EdgeProbe.Received pong = EdgeProbe.read(socket.getInputStream());
      assertThat(pong.opcode()).isEqualTo(10);
      assertThat(pong.payload()).containsExactly(7);
      socket.getOutputStream().write(EdgeProbe.frame(8, new byte[] {3, (byte) 232}));
      EdgeProbe.Received close = EdgeProbe.read(socket.getInputStream());
      assertThat(close.opcode()).isEqualTo(8);
      assertThat(close.closeCode()).isEqualTo(1000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "f1,1002", // a reserved bit
    "83,1002", // a reserved opcode
    "80,1002", // a continuation of nothing
  })
  void aFrameAgainstTheStandardIsClosedWith1002(String firstByte, int code) throws Exception {
    try (Socket socket = probe.webSocket("/connection/echo")) {
      byte[] frame = EdgeProbe.frame(1, new byte[] {'a'});
      frame[0] = (byte) Integer.parseInt(firstByte, 16);
      socket.getOutputStream().write(frame);
      assertThat(EdgeProbe.read(socket.getInputStream()).closeCode()).isEqualTo(code);
    }
  }

  @Test
  void anUnmaskedFrameIsClosedWith1002() throws Exception {
    try (Socket socket = probe.webSocket("/connection/echo")) {
      socket.getOutputStream().write(new byte[] {(byte) 0x81, 1, 'a'});
      assertThat(EdgeProbe.read(socket.getInputStream()).closeCode()).isEqualTo(1002);
    }
  }

  @Test
  void textThatIsNotUtf8IsClosedWith1007() throws Exception {
    try (Socket socket = probe.webSocket("/connection/echo")) {
      socket.getOutputStream().write(EdgeProbe.frame(1, new byte[] {(byte) 0xc3, 0x28}));
      assertThat(EdgeProbe.read(socket.getInputStream()).closeCode()).isEqualTo(1007);
    }
  }
}
