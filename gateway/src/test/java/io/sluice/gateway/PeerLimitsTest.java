package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What one peer, one address and one user may ask for, and what each is answered beyond that. Each
/// test comes from an address of its own.
@Tag("full")
final class PeerLimitsTest {
  private static final String WEBSOCKET = "/connection/websocket";

  private static Gateway gateway;
  private static EdgeProbe probe;
  private static EdgeProbe metrics;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "peer-limits",
            Map.of(
                "edge.limit-loopback", "true",
                "edge.handshakes-per-second", "0",
                "edge.max-connections-per-address", "3",
                "edge.max-pending-per-address", "3",
                "edge.max-connections-per-user", "2",
                "edge.max-turned-away", "2",
                "edge.max-channels", "2",
                "edge.max-channel-length", "20",
                "edge.commands-per-second", "1",
                "edge.command-burst", "10"));
    probe = new EdgeProbe(gateway.edgePort());
    metrics = new EdgeProbe(gateway.apiPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static double refusals(String reason) throws IOException {
    return metrics.metric("sluice_edge_refusals_total{reason=\"" + reason + "\"}");
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(EdgeProbe.frame(1, TestStack.bytes(text)));
  }

  private static String connect(String user) {
    return "{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token(user) + "\"}}";
  }

  private static Socket connected(EdgeProbe from, String user) throws IOException {
    Socket socket = from.webSocket(WEBSOCKET);
    send(socket, connect(user));
    assertThat(EdgeProbe.read(socket.getInputStream()).text()).startsWith("{\"id\":1,\"connect\"");
    return socket;
  }

  @Test
  void connectionsOfAnAddressBeyondItsLimitAreTurnedAway() throws Exception {
    EdgeProbe crowd = probe.from("127.0.0.2");
    double before = refusals("address");
    try (Socket first = connected(crowd, "crowd-1");
        Socket second = connected(crowd, "crowd-2");
        Socket third = connected(crowd, "crowd-3");
        Socket turnedAway = crowd.webSocket(WEBSOCKET)) {
      assertThat(crowd.get("/connection/uni_sse?channels=a&token=x"))
          .startsWith("HTTP/1.1 200")
          .containsPattern("retry: [1-4]\\d{3}\n")
          .endsWith("0\r\n\r\n");
      assertThat(EdgeProbe.closeCode(turnedAway.getInputStream())).isEqualTo(3013);
      assertThat(refusals("address")).isEqualTo(before + 2);

      connected(probe.from("127.0.0.3"), "other").close(); // of another address
      for (Socket one : List.of(first, second, third)) {
        assertThat(answersPing(one)).isTrue();
      }
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> connected(crowd, "crowd-again").close());
  }

  private static boolean answersPing(Socket socket) throws IOException {
    send(socket, "{\"id\":9,\"ping\":{}}");
    return EdgeProbe.read(socket.getInputStream()).text().startsWith("{\"id\":9");
  }

  @Test
  void ofTwiceAsManySocketsOfAnAddressEachIsServedAndEveryFurtherOneIsCut() throws Exception {
    EdgeProbe crowd = probe.from("127.0.0.20");
    double before = refusals("address");
    List<Socket> in = new ArrayList<>();
    List<Socket> within = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        in.add(connected(crowd, "twice-" + i));
      }
      for (int i = 0; i < 3; i++) {
        within.add(crowd.open());
        assertThat(EdgeProbe.isServed(within.getLast())).as("socket %d", 4 + i).isTrue();
      }
      for (int i = 0; i < 3; i++) {
        try (Socket beyond = crowd.open()) {
          assertThat(EdgeProbe.isCut(beyond)).as("socket %d", 7 + i).isTrue();
        }
      }
      for (Socket socket : within) {
        assertThat(EdgeProbe.isServed(socket)).isTrue();
      }
      for (Socket socket : in) {
        assertThat(answersPing(socket)).isTrue();
      }
      assertThat(refusals("address")).isEqualTo(before + 3);

      within.removeFirst().close();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> within.add(crowd.open()) && EdgeProbe.isServed(within.getLast()));
    } finally {
      within.addAll(in);
      for (Socket socket : within) {
        socket.close();
      }
    }
  }

  /// Each would keep its room for at least a second.
  @Test
  void whoIsTurnedAwayAndGoesGivesItsRoomBackAtOnce() throws Exception {
    EdgeProbe crowd = probe.from("127.0.0.21");
    ArrayDeque<Socket> turnedAway = new ArrayDeque<>();
    List<Socket> in = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        in.add(connected(crowd, "room-" + i));
      }
      long began = System.nanoTime();
      turnedAway.add(crowd.webSocket(WEBSOCKET));
      turnedAway.add(crowd.webSocket(WEBSOCKET));
      try (Socket noRoom = crowd.open()) {
        assertThat(crowd.upgrade(noRoom, WEBSOCKET)).startsWith("HTTP/1.1 503");
      }
      for (int i = 0; i < 10; i++) {
        turnedAway.removeFirst().close();
        await()
            .atMost(Duration.ofSeconds(10))
            .pollInterval(Duration.ofMillis(10))
            .until(() -> {
              Socket next = crowd.open();
              (isUpgraded(crowd, next) ? turnedAway : in).add(next);
              return turnedAway.size() == 2;
            });
      }
      assertThat(HostilePeer.since(began))
          .as("ten after the other, in a room for two")
          .isLessThan(Duration.ofSeconds(4));
    } finally {
      turnedAway.addAll(in);
      for (Socket socket : turnedAway) {
        socket.close();
      }
    }
  }

  /// Where not, the socket is closed.
  private static boolean isUpgraded(EdgeProbe from, Socket socket) throws IOException {
    try {
      if (from.upgrade(socket, WEBSOCKET).startsWith("HTTP/1.1 101")) {
        return true;
      }
    } catch (SocketException _) {
      // reset: its address holds too many
    }
    socket.close();
    return false;
  }

  /// What is left of a connection that its client has lost counts still.
  @Test
  void whoGoesOnWithASessionTakesThePlaceOfTheOneBefore() throws Exception {
    EdgeProbe from = probe.from("127.0.0.23");
    double before = refusals("user");
    try (Socket lost = from.webSocket(WEBSOCKET);
        Socket other = connected(from, "eve");
        Socket next = from.webSocket(WEBSOCKET)) {
      send(lost, resume("eve"));
      assertThat(EdgeProbe.read(lost.getInputStream()).text()).contains("\"new\"");
      send(next, resume("eve"));
      assertThat(EdgeProbe.read(next.getInputStream()).text()).contains("\"resumed\"");
      assertThat(EdgeProbe.closeCode(lost.getInputStream())).isEqualTo(4500);
      assertThat(answersPing(other)).isTrue();
    }
    assertThat(refusals("user")).isEqualTo(before);
  }

  private static String resume(String user) {
    return "{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":{\"session\":\"tab\"}}}"
        .formatted(TestStack.token(user));
  }

  @Test
  void oneConnectionOfAUserTooManyIsClosedWith3504() throws Exception {
    EdgeProbe from = probe.from("127.0.0.4");
    double before = refusals("user");
    try (Socket first = connected(from, "ann");
        Socket second = connected(from, "ann")) {
      assertThat(first.isConnected()).isTrue();
      try (Socket third = from.webSocket(WEBSOCKET)) {
        send(third, connect("ann"));
        assertThat(EdgeProbe.closeCode(third.getInputStream())).isEqualTo(3504);
      }
      assertThat(from.get("/connection/uni_sse?channels=a&token=" + TestStack.token("ann")))
          .as("a browser must not come back")
          .startsWith("HTTP/1.1 429");
      assertThat(refusals("user")).isEqualTo(before + 2);
      second.shutdownOutput(); // the end, for the server
      await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> connected(from, "ann").close());
    }
  }

  @Test
  void aRefusedConnectTriedAgainOnItsConnectionTakesOneSeat() throws Exception {
    EdgeProbe from = probe.from("127.0.0.5");
    String noSession =
        "{\"id\":1,\"connect\":{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}}"
            .formatted(TestStack.token("bob"), "s".repeat(65));
    try (Socket socket = from.webSocket(WEBSOCKET)) {
      for (int i = 0; i < 4; i++) {
        send(socket, noSession);
        assertThat(EdgeProbe.read(socket.getInputStream()).text()).contains("\"code\":103");
      }
      try (Socket second = connected(from, "bob")) {
        assertThat(second.isConnected()).isTrue();
      }
    }
  }

  @Test
  void commandsBeyondTheRateAreError111AndFromTwiceTheRateOnClose3013() throws Exception {
    double before = refusals("command-rate");
    try (Socket socket = connected(probe.from("127.0.0.6"), "fast")) {
      send(socket, "{\"id\":2,\"ping\":{}}\n".repeat(100).strip());
      StringBuilder replies = new StringBuilder();
      EdgeProbe.Received frame = EdgeProbe.read(socket.getInputStream());
      while (frame.opcode() != 8) {
        replies.append(frame.text()).append('\n');
        frame = EdgeProbe.read(socket.getInputStream());
      }
      assertThat(frame.closeCode()).isEqualTo(3013);
      assertThat(replies.toString().lines().filter("{\"id\":2,\"ping\":{}}"::equals).count())
          .isBetween(9L, 30L);
      assertThat(
              replies
                  .toString()
                  .lines()
                  .filter(
                      ("{\"id\":2,\"error\":{\"code\":111,\"message\":\"too many requests\","
                              + "\"temporary\":true}}")
                          ::equals)
                  .count())
          .isBetween(10L, 30L);
      assertThat(refusals("command-rate")).isGreaterThanOrEqualTo(before + 10);
    }
  }

  @Test
  void aChannelTooManyIsError106AndANameTooLongError107() throws Exception {
    try (Socket socket = connected(probe.from("127.0.0.7"), "sub")) {
      send(
          socket,
          """
          {"id":2,"subscribe":{"channel":"%s"}}
          {"id":3,"subscribe":{"channel":"%s"}}
          {"id":4,"subscribe":{"channel":"b"}}
          {"id":5,"subscribe":{"channel":"c"}}\
          """
              .formatted("a".repeat(21), "a".repeat(20)));
      StringBuilder replies = new StringBuilder();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> {
            replies.append(EdgeProbe.read(socket.getInputStream()).text()).append('\n');
            return replies.toString().lines().count() == 4;
          });
      assertThat(replies.toString().lines().sorted())
          .satisfiesExactly(
              r -> assertThat(r).startsWith("{\"id\":2,\"error\":{\"code\":107,"),
              r -> assertThat(r).startsWith("{\"id\":3,\"subscribe\":"),
              r -> assertThat(r).startsWith("{\"id\":4,\"subscribe\":"),
              r -> assertThat(r).startsWith("{\"id\":5,\"error\":{\"code\":106,"));
    }
  }

  @Test
  void aTokenWithAChannelTooManyIsClosedWith3505AndOneWithANameTooLongWith3501() throws Exception {
    EdgeProbe from = probe.from("127.0.0.22");
    assertThat(answerTo(from, TestStack.token("granted", "a", "b"))).isEqualTo("connected");
    assertThat(answerTo(from, TestStack.token("granted", "a", "b", "c"))).isEqualTo("3505");
    assertThat(answerTo(from, TestStack.token("granted", "a".repeat(20)))).isEqualTo("connected");
    assertThat(answerTo(from, TestStack.token("granted", "a".repeat(21)))).isEqualTo("3501");
  }

  private static String answerTo(EdgeProbe from, String token) throws IOException {
    try (Socket socket = from.webSocket(WEBSOCKET)) {
      send(socket, "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
      return answer(socket);
    }
  }

  private static String answer(Socket socket) throws IOException {
    EdgeProbe.Received frame = EdgeProbe.read(socket.getInputStream());
    return frame.opcode() == 8 ? Integer.toString(frame.closeCode()) : "connected";
  }

  /// Over a WebSocket, and as the status of the streams.
  @ParameterizedTest
  @CsvSource({
    "2, 20, connected, 200",
    "3, 20, 3505, 400",
    "2, 21, 3501, 400",
  })
  void theChannelsOfAUnidirectionalClientAreLimitedHoweverItAsksForThem(
      int channels, int length, String code, int status) throws Exception {
    EdgeProbe from = probe.from("127.0.0.12");
    String token = TestStack.token("uni-" + channels + "-" + length);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      names.add(Character.toString('a' + i).repeat(length));
    }
    String subs = names.stream().map("\"%s\":{}"::formatted).collect(Collectors.joining(","));
    String connect = "{\"token\":\"" + token + "\",\"subs\":{" + subs + "}}";
    for (String query :
        List.of(
            "?channels=" + String.join(",", names) + "&token=" + token,
            "?cf_connect=" + URLEncoder.encode(connect, StandardCharsets.UTF_8))) {
      try (Socket socket = from.webSocket("/connection/uni_websocket" + query)) {
        assertThat(answer(socket)).isEqualTo(code);
      }
      for (String path : List.of("/connection/uni_sse", "/connection/uni_http_stream")) {
        assertThat(head(from, "GET " + path + query + " HTTP/1.1\r\nHost: x\r\n\r\n"))
            .startsWith("HTTP/1.1 " + status);
      }
    }
    String post =
        "POST /connection/uni_http_stream HTTP/1.1\r\nHost: x\r\nContent-Length: "
            + connect.length()
            + "\r\n\r\n";
    assertThat(head(from, post + connect)).startsWith("HTTP/1.1 " + status);
  }

  private static String head(EdgeProbe from, String request) throws IOException {
    try (Socket socket = from.open()) {
      socket.getOutputStream().write(TestStack.bytes(request));
      return EdgeProbe.head(socket.getInputStream());
    }
  }

  /// 64 KiB, the default of `edge.max-message`.
  @ParameterizedTest
  @CsvSource({
    "65536, 0, answered",
    "65537, 0, 1009",
    "40000, 25536, answered",
    "40000, 25537, 1009"
  })
  void aMessageOf64KiBIsTakenAndOneByteMoreIsClosedWith1009(int first, int second, String expected)
      throws Exception {
    try (Socket socket = connected(probe.from("127.0.0.8"), "long")) {
      byte[] message = TestStack.bytes("{\"id\":2,\"ping\":{}}" + " ".repeat(65_537));
      byte[] frame = EdgeProbe.frame(1, Arrays.copyOf(message, first));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      if (second > 0) {
        frame[0] = 1; // not the last
        all.writeBytes(frame);
        all.writeBytes(EdgeProbe.frame(0, TestStack.bytes(" ".repeat(second))));
      } else {
        all.writeBytes(frame);
      }
      socket.getOutputStream().write(all.toByteArray());
      EdgeProbe.Received answer = EdgeProbe.read(socket.getInputStream());
      assertThat(answer.opcode() == 8 ? Integer.toString(answer.closeCode()) : "answered")
          .isEqualTo(expected);
    }
  }

  /// Nothing it says is of interest; how often it says it is.
  @Test
  void aUnidirectionalWebSocketThatTalksTooMuchIsClosed() throws Exception {
    double before = refusals("command-rate");
    try (Socket socket =
        probe
            .from("127.0.0.9")
            .webSocket("/connection/uni_websocket?channels=a&token=" + TestStack.token("talker"))) {
      for (int i = 0; i < 2 * 10 + 5; i++) { // the burst, as much again refused, and some
        send(socket, "{}");
      }
      assertThat(EdgeProbe.closeCode(socket.getInputStream())).isEqualTo(3013);
    }
    assertThat(refusals("command-rate")).isBetween(before + 10, before + 11);
  }

  /// Requests that are answered keep a socket open, and make no connection of it.
  @Test
  void anAddressWithTooManySocketsThatAreNoConnectionIsCut() throws Exception {
    EdgeProbe from = probe.from("127.0.0.10");
    double before = refusals("pending-address");
    List<Socket> healthy = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        Socket socket = from.open();
        healthy.add(socket);
        assertThat(EdgeProbe.isServed(socket)).isTrue();
      }
      try (Socket fourth = from.open()) {
        assertThat(EdgeProbe.isCut(fourth)).isTrue();
      }
      assertThat(refusals("pending-address")).isEqualTo(before + 1);
      try (Socket other = probe.from("127.0.0.11").open()) {
        assertThat(EdgeProbe.isServed(other)).isTrue();
      }
      probe.webSocket(healthy.getLast(), WEBSOCKET); // and is none of them any more
      send(healthy.getLast(), connect("healthy"));
      assertThat(answer(healthy.getLast())).as("not turned away").isEqualTo("connected");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> healthy.add(from.open()) && EdgeProbe.isServed(healthy.getLast()));
    } finally {
      for (Socket socket : healthy) {
        socket.close();
      }
    }
  }
}
