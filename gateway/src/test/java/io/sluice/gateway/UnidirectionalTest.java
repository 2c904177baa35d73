package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.auth.TokenSigner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Server to client only: `EventSource`, plain WebSockets, curl.
final class UnidirectionalTest {
  private static final String TOPIC = "uni.default";
  private static Gateway gateway;
  private static EdgeProbe probe;

  @BeforeAll
  static void start() throws Exception {
    gateway =
        TestStack.node(
            "uni",
            Map.of(
                "edge.ping-interval",
                "1s",
                "edge.pong-timeout",
                "500ms",
                "edge.filters.max-different",
                "1"));
    probe = new EdgeProbe(gateway.edgePort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  /// An open stream, past the headers.
  private static final class Stream implements AutoCloseable {
    final Socket socket;
    final String head;
    final BufferedReader lines;

    Stream(String query, String... headers) throws Exception {
      socket = probe.open();
      StringBuilder request =
          new StringBuilder("GET /connection/uni_sse?" + query + " HTTP/1.1\r\nHost: x\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      socket
          .getOutputStream()
          .write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      head = EdgeProbe.head(socket.getInputStream());
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    String nextLineWith(String prefix) throws Exception {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(prefix)) {
          return line;
        }
      }
      throw new AssertionError("the stream ended without a line that begins with " + prefix);
    }

    JsonNode nextEvent() throws Exception {
      return TestClient.parse(nextLineWith("data: ").substring("data: ".length()));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void anEventStreamBeginsWithARetryAndAConnectAndGoesOnWithPublications() throws Exception {
    try (Stream stream = new Stream("channels=news,other&token=" + TestStack.token("ann"))) {
      assertThat(stream.head)
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("content-type: text/event-stream");
      assertThat(stream.nextLineWith("retry: ")).matches("retry: [1-4]\\d{3}");
      JsonNode connect = stream.nextEvent().path("connect");
      assertThat(connect.path("subs").path("news").path("epoch").asText()).isNotEmpty();
      assertThat(connect.path("subs").has("other")).isTrue();
      assertThat(connect.has("pong")).isFalse();
      TestStack.produce(TOPIC, "news", "{\n\"n\":1}");

      JsonNode push = stream.nextEvent();
      assertThat(push.path("channel").asText()).isEqualTo("news");
      assertThat(push.path("pub").path("data").path("n").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aQuietStreamGetsAComment() throws Exception {
    try (Stream stream = new Stream("channels=quiet&token=" + TestStack.token("ann"))) {
      stream.nextEvent();
      assertThat(stream.nextLineWith(":")).isEqualTo(":");
    }
  }

  @Test
  void aBearerTokenServesAsWell() throws Exception {
    try (Stream stream =
        new Stream("channels=news", "Authorization: Bearer " + TestStack.token("ann"))) {
      assertThat(stream.nextEvent().has("connect")).isTrue();
    }
  }

  @Test
  void aConnectRequestInTheUrlServesAsWell() throws Exception {
    String connect = "{\"token\":\"" + TestStack.token("ann") + "\",\"subs\":{\"cf\":{}}}";
    try (Stream stream =
        new Stream("cf_connect=" + URLEncoder.encode(connect, StandardCharsets.UTF_8))) {
      assertThat(stream.nextEvent().path("connect").path("subs").has("cf")).isTrue();
    }
  }

  private static String larger(int than) {
    return "{\"tf\":{\"key\":\"size\",\"cmp\":\"gt\",\"val\":\"" + than + "\"}}";
  }

  private static String connect(String subs) {
    return "cf_connect="
        + URLEncoder.encode(
            "{\"token\":\"%s\",\"subs\":{%s}}".formatted(TestStack.token("ann"), subs),
            StandardCharsets.UTF_8);
  }

  @Test
  void aConnectRequestChoosesPublicationsByTheirTags() throws Exception {
    await().until(() -> metric("sluice_edge_subscriptions") == 0);
    String connect = connect("\"chosen\":" + larger(1));
    try (Stream stream = new Stream(connect);
        TestClient plain = TestClient.uni(gateway, connect)) {
      assertThat(stream.nextEvent().path("connect").path("subs").has("chosen")).isTrue();
      plain.next(it -> it.path("connect").path("subs").has("chosen"));
      for (int size = 0; size < 4; size++) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(TOPIC, TestStack.bytes("chosen"), TestStack.bytes("" + size));
        record.headers().add("tag-size", TestStack.bytes("" + size));
        TestStack.produce(record);
      }
      for (int size = 2; size < 4; size++) {
        assertThat(stream.nextEvent().path("pub").path("data").asInt()).isEqualTo(size);
        assertThat(plain.next(it -> it.has("pub")).path("pub").path("data").asInt())
            .isEqualTo(size);
      }
    }
  }

  @Test
  void aConnectThatIsRefusedGivesItsFiltersBack() throws Exception {
    await().until(() -> metric("sluice_edge_subscriptions") == 0);
    for (int i = 0; i < 12; i++) {
      // whichever comes first; each loop has room for one filter
      String connect =
          connect("\"good%d\":%s,\"bad%d\":{\"tf\":7}".formatted(i, larger(i + 100), i));
      try (TestClient client = TestClient.uni(gateway, connect)) {
        assertThat(client.closeCode()).isEqualTo(3501);
      }
    }
    await().until(() -> metric("sluice_edge_subscriptions") == 0);
  }

  @Test
  void aConnectWithAFilterTooManyMayComeBackLater() throws Exception {
    await().until(() -> metric("sluice_edge_subscriptions") == 0);
    try (TestClient one = TestClient.uni(gateway, connect("\"a\":" + larger(201)));
        TestClient two = TestClient.uni(gateway, connect("\"a\":" + larger(202)));
        TestClient three = TestClient.uni(gateway, connect("\"a\":" + larger(203)))) {
      CompletableFuture<Object> closed =
          CompletableFuture.anyOf(one.closed(), two.closed(), three.closed());
      assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(3013);
    }
  }

  private static double metric(String name) throws IOException {
    return new EdgeProbe(gateway.apiPort()).metric(name);
  }

  @Test
  void aBadTokenIs401AndAChannelWithoutTheRight403() throws Exception {
    assertThat(probe.get("/connection/uni_sse?channels=news&token=bad")).startsWith("HTTP/1.1 401");
    assertThat(probe.get("/connection/uni_sse?channels=closed:x&token=" + TestStack.token("ann")))
        .startsWith("HTTP/1.1 403");
  }

  /// A browser would come back with the same URL for ever.
  @Test
  void anExpiredTokenIs401() throws Exception {
    Clock earlier = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-10));
    String expired =
        new TokenSigner(TestStack.config("unused", Map.of()).tokens(), earlier)
            .sign("ann", Duration.ofMinutes(1), List.of());
    for (String path : List.of("uni_sse", "uni_http_stream")) {
      assertThat(probe.get("/connection/" + path + "?channels=news&token=" + expired))
          .startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void aPlainWebSocketGetsOnePushAFrame() throws Exception {
    try (TestClient client =
        TestClient.uni(gateway, "channels=plain&token=" + TestStack.token("ann"))) {
      client.next(m -> m.has("connect"));
      TestStack.produce(TOPIC, "plain", "1");
      TestStack.produce(TOPIC, "plain", "2");
      assertThat(client.next(m -> m.has("pub")).path("pub").path("data").asInt()).isEqualTo(1);
      assertThat(client.next(m -> m.has("pub")).path("pub").path("data").asInt()).isEqualTo(2);
    }
  }

  @Test
  void aPlainWebSocketWithABadTokenIsClosedWith3500() throws Exception {
    try (TestClient client = TestClient.uni(gateway, "channels=plain&token=bad")) {
      assertThat(client.closeCode()).isEqualTo(3500);
    }
  }

  /// Frames may come in one piece with the handshake, and end the connection before it has begun.
  @Test
  void whoBreaksTheRulesTogetherWithItsHandshakeIsCountedOnce() throws Exception {
    EdgeProbe api = new EdgeProbe(gateway.apiPort());
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(api.metric("sluice_edge_connections")).isZero());
    double openings = api.metric("sluice_edge_openings_total");
    double closings = api.closings();
    byte[] handshake =
        ("GET /connection/uni_websocket?channels=a&token="
                + TestStack.token("ann")
                + " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] unmasked = {(byte) 0x81, 1, 'a'};
    try (Socket socket = probe.open()) {
      byte[] both = Arrays.copyOf(handshake, handshake.length + unmasked.length);
      System.arraycopy(unmasked, 0, both, handshake.length, unmasked.length);
      socket.getOutputStream().write(both);
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 101");
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(api.metric("sluice_edge_connections")).isZero());
    assertThat(api.metric("sluice_edge_openings_total") - openings).isEqualTo(1);
    assertThat(api.closings() - closings).isEqualTo(1);
    assertThat(api.metric("sluice_edge_subscriptions")).isZero();
  }
}
