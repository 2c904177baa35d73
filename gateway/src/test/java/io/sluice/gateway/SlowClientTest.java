package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that stop reading, and come back to it, over real sockets; what they get is the hub's
/// matter (`SlowSubscriberTest`), that they get it is this one's.
final class SlowClientTest {
  private static final String TOPIC = "slow.default";
  private static final String LATEST = "slow.latest";
  private static final String SHORT = "slow.short";
  private static final int WINDOW = 64 * 1024;

  /// Together more than sockets and outbox take.
  private static final int FLOOD = 60;

  private static final String FILLING = "x".repeat(50_000);
  private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

  @TempDir private static Path folder;
  private static Gateway plain;
  private static Gateway secure;

  @BeforeAll
  static void start() throws Exception {
    plain = TestStack.node("slow", settings());
    Map<String, String> tls = new HashMap<>(settings());
    tls.putAll(TestTls.settings(folder));
    secure = TestStack.node("slow", tls);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "edge.outbox", "64KiB",
        "edge.loops", "1",
        "edge.write-timeout", "30s",
        "namespaces.latest.topic", LATEST,
        "namespaces.latest.slow", "latest",
        "namespaces.latest.recovery", "false",
        "namespaces.short.topic", SHORT,
        "namespaces.short.lag-max", "20");
  }

  @AfterAll
  static void stop() {
    plain.close();
    secure.close();
  }

  private static String numbered(int n) {
    return "{\"n\":%d,\"filling\":\"%s\"}".formatted(n, FILLING);
  }

  /// A client that reads when it is told to, as text whatever the transport.
  private record Peer(Socket socket, String transport) implements AutoCloseable {
    static Peer subscribed(Gateway node, String transport, String user, String channel)
        throws Exception {
      EdgeProbe probe = new EdgeProbe(node.edgePort());
      Socket tcp = HostilePeer.narrow(node.edgePort(), WINDOW);
      Socket socket = node == secure ? TestTls.over(tcp) : tcp;
      Peer peer = new Peer(socket, transport);
      String query = "?channels=" + channel + "&token=" + TestStack.token(user);
      switch (transport) {
        case "websocket" -> {
          probe.webSocket(socket, "/connection/websocket");
          peer.say("{\"id\":1,\"connect\":{\"token\":\"%s\"}}".formatted(TestStack.token(user)));
          peer.say("{\"id\":2,\"subscribe\":{\"channel\":\"%s\"}}".formatted(channel));
          peer.readUntil("\"subscribe\"");
        }
        case "uni_websocket" -> {
          probe.webSocket(socket, "/connection/uni_websocket" + query);
          peer.readUntil("\"connect\"");
        }
        default -> {
          socket
              .getOutputStream()
              .write(
                  ("GET /connection/" + transport + query + " HTTP/1.1\r\nHost: x\r\n\r\n")
                      .getBytes(StandardCharsets.US_ASCII));
          EdgeProbe.head(socket.getInputStream());
          peer.readUntil("\"connect\"");
        }
      }
      return peer;
    }

    void say(String command) throws IOException {
      socket.getOutputStream().write(EdgeProbe.frame(1, command.getBytes(StandardCharsets.UTF_8)));
    }

    /// A frame's text, or a chunk's.
    private String next() throws IOException {
      InputStream in = socket.getInputStream();
      if (transport.endsWith("websocket")) {
        return EdgeProbe.read(in).text();
      }
      StringBuilder size = new StringBuilder();
      while (size.indexOf("\r\n") < 0) {
        int read = in.read();
        assertThat(read).as("the stream goes on").isNotNegative();
        size.append((char) read);
      }
      byte[] chunk = in.readNBytes(Integer.parseInt(size.toString().strip(), 16));
      assertThat(in.readNBytes(2)).isEqualTo(new byte[] {'\r', '\n'});
      return new String(chunk, StandardCharsets.UTF_8);
    }

    String readUntil(String part) throws IOException {
      String text = next();
      while (!text.contains(part)) {
        text = next();
      }
      return text;
    }

    /// Reads on until it has this publication.
    List<Integer> numbersUpTo(int last) throws IOException {
      List<Integer> numbers = new ArrayList<>();
      while (numbers.isEmpty() || numbers.getLast() != last) {
        Matcher number = NUMBER.matcher(next());
        while (number.find()) {
          numbers.add(Integer.parseInt(number.group(1)));
        }
      }
      return numbers;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static double metric(Gateway node, String name) throws IOException {
    return new EdgeProbe(node.apiPort()).metric(name);
  }

  /// The neighbour reads each before the next is written: the hub has all of it in the end.
  private static void flood(TestClient neighbour, String topic, String channel, int count)
      throws Exception {
    neighbour.subscribe(channel);
    String key = channel.substring(channel.indexOf(':') + 1);
    for (int n = 1; n <= count; n++) {
      TestStack.produce(topic, key, numbered(n));
      assertThat(neighbour.publication(channel).path("data").path("n").asInt()).isEqualTo(n);
    }
  }

  private static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  @ParameterizedTest
  @CsvSource({
    "tcp,websocket",
    "tcp,uni_websocket",
    "tcp,uni_sse",
    "tcp,uni_http_stream",
    "tls,websocket",
    "tls,uni_sse",
  })
  void whoReadsAgainGetsEverythingInOrderWhileItsNeighbourWaitedForNobody(
      String over, String transport) throws Exception {
    Gateway node = over.equals("tls") ? secure : plain;
    String channel = "flood-" + over + "-" + transport;
    double lags = metric(node, "sluice_hub_lags_total");
    try (Peer stuck = Peer.subscribed(node, transport, "bob", channel);
        TestClient neighbour = TestClient.connected(plain, "ann")) {
      flood(neighbour, TOPIC, channel, FLOOD);
      await().until(() -> metric(node, "sluice_hub_lags_total") == lags + 1);
      assertThat(metric(node, "sluice_hub_lagging_subscriptions")).isEqualTo(1);
      assertThat(metric(node, "sluice_edge_outboxes_bytes")).isPositive();

      assertThat(stuck.numbersUpTo(FLOOD)).isEqualTo(range(1, FLOOD));
      TestStack.produce(TOPIC, channel, numbered(FLOOD + 1)); // it is live again
      assertThat(stuck.numbersUpTo(FLOOD + 1)).containsExactly(FLOOD + 1);
      assertThat(metric(node, "sluice_hub_lagging_subscriptions")).isZero();
      await().until(() -> metric(node, "sluice_edge_outboxes_bytes") == 0);
      assertThat(metric(node, "sluice_edge_closings_total{reason=\"slow\"}")).isZero();
    }
  }

  /// More was published than the window holds: what has left it is read again from the log.
  @Test
  void whoHasFallenBelowTheWindowStillGetsEverythingInOrder() throws Exception {
    int flood = 250;
    double scans = metric(plain, "sluice_replay_scans_total");
    try (Peer stuck = Peer.subscribed(plain, "websocket", "bob", "deep");
        TestClient neighbour = TestClient.connected(plain, "ann")) {
      flood(neighbour, TOPIC, "deep", flood);
      assertThat(stuck.numbersUpTo(flood)).isEqualTo(range(1, flood));
      assertThat(metric(plain, "sluice_replay_scans_total")).isGreaterThan(scans);
      TestStack.produce(TOPIC, "deep", numbered(flood + 1));
      assertThat(stuck.numbersUpTo(flood + 1)).containsExactly(flood + 1);
    }
  }

  @Test
  void withLatestItGetsTheNewestAndIsToldWhatItMissed() throws Exception {
    try (Peer stuck = Peer.subscribed(plain, "websocket", "bob", "latest:flood");
        TestClient neighbour = TestClient.connected(plain, "ann")) {
      flood(neighbour, LATEST, "latest:flood", FLOOD);
      await().until(() -> metric(plain, "sluice_hub_lagging_subscriptions") == 1);
      List<Integer> numbers = new ArrayList<>();
      String text = "";
      while (numbers.isEmpty() || numbers.getLast() != FLOOD) {
        text = stuck.next();
        NUMBER.matcher(text).results().forEach(m -> numbers.add(Integer.parseInt(m.group(1))));
      }
      int missed = FLOOD - numbers.size();
      assertThat(missed).isPositive();
      assertThat(numbers.subList(0, numbers.size() - 1)).isEqualTo(range(1, numbers.size() - 1));
      assertThat(text).contains("\"sluice-missed\":\"" + missed + "\"");
      assertThat(metric(plain, "sluice_hub_missed_total")).isEqualTo(missed);
    }
  }

  @Test
  void beyondLagMaxItIsToldSoAndGoesOnWithWhatIsNew() throws Exception {
    try (Peer stuck = Peer.subscribed(plain, "websocket", "bob", "short:flood");
        TestClient neighbour = TestClient.connected(plain, "ann")) {
      flood(neighbour, SHORT, "short:flood", FLOOD);
      await().until(() -> metric(plain, "sluice_hub_lagging_subscriptions") == 1);
      String told = stuck.readUntil("\"unsubscribe\"");
      assertThat(told).contains("\"code\":2500");
      stuck.say(
          "{\"id\":3,\"subscribe\":{\"channel\":\"short:flood\",\"recover\":true,\"epoch\":\"%s\",\"offset\":1}}"
              .formatted(epochOf("short:flood")));
      String reply = stuck.readUntil("\"id\":3");
      assertThat(reply).contains("\"was_recovering\":true").doesNotContain("\"recovered\":true");
      TestStack.produce(SHORT, "flood", numbered(FLOOD + 1));
      assertThat(stuck.numbersUpTo(FLOOD + 1)).containsExactly(FLOOD + 1);
    }
  }

  private static String epochOf(String channel) throws Exception {
    try (TestClient other = TestClient.connected(plain, "ann")) {
      return other.subscribe(channel).path("epoch").asText();
    }
  }

  @Test
  void whoIsClosedForItAgainAndAgainMustWait() throws Exception {
    try (Gateway strict = TestStack.node("slow", Map.of("edge.write-timeout", "250ms"))) {
      for (int close = 1; close <= 3; close++) {
        String channel = "again-" + close;
        try (Peer stuck = Peer.subscribed(strict, "websocket", "eve", channel)) {
          TestStack.produce(TOPIC, channel, numbered(0), FLOOD);
          double closes = close;
          await()
              .until(() -> metric(strict, "sluice_edge_closings_total{reason=\"slow\"}") == closes);
          assertThat(stuck.socket().isClosed()).isFalse();
        }
      }
      assertThat(connect(strict, "eve")).contains("\"code\":111").contains("\"temporary\":true");
      assertThat(connect(strict, "ann")).contains("\"connect\"");
      assertThat(metric(strict, "sluice_edge_refusals_total{reason=\"slow\"}")).isEqualTo(1);
    }
  }

  private static String connect(Gateway node, String user) throws Exception {
    EdgeProbe probe = new EdgeProbe(node.edgePort());
    try (Socket socket = probe.webSocket("/connection/websocket")) {
      String connect = "{\"id\":1,\"connect\":{\"token\":\"%s\"}}".formatted(TestStack.token(user));
      socket.getOutputStream().write(EdgeProbe.frame(1, connect.getBytes(StandardCharsets.UTF_8)));
      return EdgeProbe.read(socket.getInputStream()).text();
    }
  }

  @Test
  void aBurstInOneBatchReachesAClientThatReads() throws Exception {
    try (TestClient client = TestClient.connected(plain, "ann")) {
      client.subscribe("burst");
      String value = "\"" + "x".repeat(600) + "\"";
      double before = metric(plain, "sluice_edge_deliveries_total");
      TestStack.produceBatch(TOPIC, "burst", value, 1_000);
      for (int i = 0; i < 1_000; i++) {
        assertThat(client.publication("burst").path("data").asText()).hasSize(600);
      }
      assertThat(metric(plain, "sluice_edge_deliveries_total"))
          .isGreaterThanOrEqualTo(before + 1_000);
    }
  }

  @Test
  void oneLargePublicationIsDeliveredWholeWhateverTheOutboxHolds() throws Exception {
    try (TestClient client = TestClient.connected(plain, "ann")) {
      client.subscribe("large");
      String big = "\"" + "x".repeat(900_000) + "\"";
      TestStack.produce(TOPIC, "large", big);
      assertThat(client.publication("large").path("data").asText()).hasSize(900_000);
    }
  }
}
