package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// HTTP-streaming and SSE: clients hear on a stream and speak by `POST /emulation` to either node.
final class StreamingTest {
  private static final String TOPIC = "streams.default";
  private static final String HTTP_STREAM = "/connection/http_stream";

  private static Gateway here;
  private static Gateway there;
  private static HttpClient http;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings = Map.of("edge.ping-interval", "2s", "edge.pong-timeout", "1s");
    here = TestStack.node("streams", settings);
    there = TestStack.node("streams", settings);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    http.close();
    here.close();
    there.close();
  }

  private static HttpRequest.Builder to(Gateway node, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.edgePort() + path))
        .timeout(Duration.ofSeconds(15));
  }

  private static String connect(String user) {
    return "{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token(user) + "\"}}";
  }

  enum Kind {
    LINES,
    EVENTS
  }

  /// A client that hears on node `here`.
  private static final class Client implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final String prefix;
    private String session = "";
    private String node = "";

    Client(Kind kind, String commands) throws Exception {
      HttpRequest request =
          switch (kind) {
            case LINES -> to(here, HTTP_STREAM).POST(BodyPublishers.ofString(commands)).build();
            case EVENTS ->
                to(
                        here,
                        "/connection/sse?cf_connect="
                            + URLEncoder.encode(commands, StandardCharsets.UTF_8))
                    .build();
          };
      prefix = kind == Kind.EVENTS ? "data: " : "";
      response = http.send(request, BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    static Client connected(Kind kind, String user) throws Exception {
      Client client = new Client(kind, StreamingTest.connect(user));
      JsonNode reply = client.next(it -> it.has("connect")).path("connect");
      client.session = reply.path("session").asText();
      client.node = reply.path("node").asText();
      assertThat(client.session).matches("[0-9a-f]{48}");
      assertThat(client.node).isEqualTo(here.nodeId());
      assertThat(reply.path("pong").asBoolean()).isTrue();
      return client;
    }

    JsonNode next(Predicate<JsonNode> fits) throws IOException {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          assertThat(line).startsWith(prefix);
          JsonNode message = TestClient.parse(line.substring(prefix.length()));
          if (fits.test(message)) {
            return message;
          }
        }
      }
      throw new AssertionError("the stream has ended");
    }

    int send(Gateway node, String commands) throws Exception {
      String body =
          TestClient.object(Map.of("session", session, "node", this.node, "data", commands));
      return emulation(node, body);
    }

    boolean ends() throws IOException {
      return lines.readLine() == null;
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  private static int emulation(Gateway node, String body) throws Exception {
    return http.send(
            to(node, "/emulation")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void commandsMayGoToAnyNodeAndAnswersComeOnTheStream(Kind kind) throws Exception {
    String channel = "any" + kind;
    try (Client client = Client.connected(kind, "ann")) {
      assertThat(client.send(there, "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}"))
          .isEqualTo(204);
      assertThat(client.next(it -> it.path("id").asInt() == 2).has("subscribe")).isTrue();
      String publish = "{\"id\":3,\"publish\":{\"channel\":\"" + channel + "\",\"data\":\"ü\"}}";
      assertThat(client.send(here, publish + "\n{\"id\":4,\"ping\":{}}")).isEqualTo(204);

      assertThat(client.next(it -> it.path("push").has("pub")).findPath("data").asText())
          .isEqualTo("ü");
      assertThat(client.send(there, "{\"id\":5,\"ping\":{}}")).isEqualTo(204);
      client.next(it -> it.path("id").asInt() == 5);
      TestStack.produce(TOPIC, channel, "{\n\"n\":1}");
      assertThat(client.next(it -> it.path("push").has("pub")).findPath("n").asInt()).isEqualTo(1);
    }
  }

  @Test
  void theFirstBodyMayHoldMoreThanTheConnect() throws Exception {
    try (Client client =
        new Client(
            Kind.LINES, connect("ann") + "\n{\"id\":2,\"subscribe\":{\"channel\":\"first\"}}")) {
      assertThat(client.next(it -> it.path("id").asInt() == 2).has("subscribe")).isTrue();
    }
  }

  @Test
  void protobufServesAsWell() throws Exception {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Protocol.Command.newBuilder()
        .setId(1)
        .setConnect(Protocol.ConnectRequest.newBuilder().setToken(TestStack.token("ann")))
        .build()
        .writeDelimitedTo(body);
    HttpResponse<InputStream> response =
        http.send(
            to(here, HTTP_STREAM)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build(),
            BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      assertThat(response.headers().firstValue("content-type"))
          .contains("application/octet-stream");
      Protocol.ConnectResult connected = Protocol.Reply.parseDelimitedFrom(in).getConnect();
      assertThat(connected.getSession()).hasSize(48);
      ByteArrayOutputStream commands = new ByteArrayOutputStream();
      Protocol.Command.newBuilder()
          .setId(2)
          .setRpc(Protocol.RPCRequest.newBuilder().setMethod("m"))
          .build()
          .writeDelimitedTo(commands);
      Protocol.EmulationRequest request =
          Protocol.EmulationRequest.newBuilder()
              .setNode(connected.getNode())
              .setSession(connected.getSession())
              .setData(ByteString.copyFrom(commands.toByteArray()))
              .build();
      int status =
          http.send(
                  to(there, "/emulation")
                      .header("Content-Type", "application/octet-stream")
                      .POST(BodyPublishers.ofByteArray(request.toByteArray()))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode();
      assertThat(status).isEqualTo(204);
      Protocol.Reply reply = Protocol.Reply.parseDelimitedFrom(in);
      while (reply.getId() != 2) {
        reply = Protocol.Reply.parseDelimitedFrom(in);
      }
      assertThat(reply.getError().getCode()).isEqualTo(108);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @Tag("full")
  void whoAnswersPingsStaysAndWhoDoesNotIsTold(Kind kind) throws Exception {
    try (Client client = Client.connected(kind, "ann")) {
      client.next(JsonNode::isEmpty);
      assertThat(client.send(there, "{}")).isEqualTo(204);
      client.next(JsonNode::isEmpty); // a second one: the first was answered
      JsonNode why = client.next(it -> it.path("push").has("disconnect"));
      assertThat(why.findPath("code").asInt()).isEqualTo(3012);
      assertThat(why.findPath("reconnect").asBoolean()).isTrue();
    }
  }

  @Test
  void whatIsNoCommandEndsTheStreamWithACode() throws Exception {
    try (Client client = Client.connected(Kind.LINES, "ann")) {
      assertThat(client.send(there, "nonsense")).isEqualTo(204);
      JsonNode why = client.next(it -> it.path("push").has("disconnect"));
      assertThat(why.findPath("code").asInt()).isEqualTo(3501);
      assertThat(client.ends()).isTrue();
      assertThat(client.send(there, "{\"id\":2,\"ping\":{}}")).isEqualTo(404);
    }
  }

  @Test
  void aRefusedTokenIsACodeOnTheStreamWhichAnSdkReads() throws Exception {
    try (Client client = new Client(Kind.EVENTS, "{\"id\":1,\"connect\":{\"token\":\"a.b.c\"}}")) {
      JsonNode why = client.next(it -> it.path("push").has("disconnect"));
      assertThat(why.findPath("code").asInt()).isEqualTo(3500);
    }
  }

  @Test
  void aStreamThatIsGoneIsUnknownEverywhere() throws Exception {
    Client client = Client.connected(Kind.LINES, "ann");
    client.close();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(client.send(here, "{\"id\":2,\"ping\":{}}")).isEqualTo(404);
          assertThat(client.send(there, "{\"id\":2,\"ping\":{}}")).isEqualTo(404);
        });
  }

  @Test
  void sessionsAndNodesThatNeverWereAreUnknown() throws Exception {
    for (String node : new String[] {here.nodeId(), there.nodeId(), "nobody"}) {
      String body = TestClient.object(Map.of("session", "x", "node", node, "data", "{}"));
      assertThat(emulation(here, body)).as(node).isEqualTo(404);
    }
    String forged =
        TestClient.object(Map.of("session", "a\r\nb", "node", there.nodeId(), "data", "{}"));
    assertThat(emulation(here, forged)).isEqualTo(404);
  }

  @Test
  void bodiesThatAreNoneAreRefused() throws Exception {
    for (String body : new String[] {"", "{", "[]", "{\"session\":\"x\",\"node\":\"y\"}"}) {
      assertThat(emulation(here, body)).as(body).isEqualTo(400);
    }
    assertThat(emulation(here, "x".repeat((64 << 10) + 1))).isEqualTo(413);
    HttpResponse<String> chunked =
        http.send(
            to(here, HTTP_STREAM)
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(new byte[(64 << 10) + 1])))
                .build(),
            BodyHandlers.ofString());
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(chunked.body()).contains("64KiB");
    assertThat(http.send(to(here, "/connection/sse").build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(400);
  }

  /// 600 bodies that never end are more than two loops may hold together; others are served again
  /// as soon as these are gone.
  @Test
  void manyBodiesThatDoNotEndCannotFillTheMemory() throws Exception {
    byte[] most =
        ("POST /emulation HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n"
                + "x".repeat(65_000))
            .getBytes(StandardCharsets.US_ASCII);
    List<Socket> sockets = new ArrayList<>();
    int refused = 0;
    try {
      for (int i = 0; i < 600; i++) {
        Socket socket = new EdgeProbe(here.edgePort()).open();
        sockets.add(socket);
        socket.getOutputStream().write(most);
      }
      for (Socket socket : sockets.subList(550, 600)) {
        socket.setSoTimeout(5_000);
        refused += EdgeProbe.head(socket.getInputStream()).startsWith("HTTP/1.1 503") ? 1 : 0;
      }
    } catch (java.net.SocketTimeoutException _) {
      // it was taken, as some may be
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    assertThat(refused).isPositive();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(emulation(here, "{}")).isEqualTo(400));
  }

  @Test
  void otherMethodsAreRefusedAndPreflightsAnswered() throws Exception {
    assertThat(http.send(to(here, "/emulation").build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(405);
    HttpResponse<String> preflight =
        http.send(
            to(here, "/emulation")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "http://localhost:3000")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type")
                .build(),
            BodyHandlers.ofString());
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("access-control-allow-origin"))
        .contains("http://localhost:3000");
    assertThat(preflight.headers().firstValue("access-control-allow-headers"))
        .contains("content-type");
  }

  @Test
  void theApiTakesCommandsOfOtherNodesOnlyWithTheKey() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + here.apiPort() + "/internal/emulation");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("X-Sluice-Session", "x")
            .POST(BodyPublishers.ofString("{}"));
    assertThat(http.send(request.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(401);
    request.header("X-API-Key", TestStack.API_KEY);
    assertThat(http.send(request.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(404);
    request.POST(BodyPublishers.ofByteArray(new byte[(64 << 10) + 1]));
    assertThat(http.send(request.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(413);
  }

  @Test
  void linesWithoutAnSdkComeFromTheUrlOrTheBody() throws Exception {
    String token = TestStack.token("ann");
    HttpRequest fromUrl =
        to(here, "/connection/uni_http_stream?channels=lines&token=" + token).build();
    HttpRequest fromBody =
        to(here, "/connection/uni_http_stream")
            .POST(BodyPublishers.ofString("{\"token\":\"" + token + "\",\"subs\":{\"lines\":{}}}"))
            .build();
    for (HttpRequest request : new HttpRequest[] {fromUrl, fromBody}) {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        JsonNode connect = TestClient.parse(lines.readLine()).path("connect");
        assertThat(connect.path("subs").has("lines")).isTrue();
        assertThat(connect.has("session")).isFalse();
        TestStack.produce(TOPIC, "lines", "{\"n\":1}");
        JsonNode push = TestClient.parse(lines.readLine());
        while (push.isEmpty()) {
          push = TestClient.parse(lines.readLine()); // a sign of life
        }
        assertThat(push.path("channel").asText()).isEqualTo("lines");
      }
    }
  }

  @Test
  void aRefusedTokenIsAStatusForWhoHasNoSdk() throws Exception {
    HttpResponse<String> response =
        http.send(
            to(here, "/connection/uni_http_stream?channels=a&token=a.b.c").build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(401);
  }

  @Test
  void aSecondRequestOnAStreamEndsIt() throws Exception {
    String first =
        "POST /connection/http_stream HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(connect("ann").length(), connect("ann"));
    try (Socket socket = new EdgeProbe(here.edgePort()).open()) {
      socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(EdgeProbe.head(socket.getInputStream())).startsWith("HTTP/1.1 200");
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String rest = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(rest).doesNotContain("HTTP/1.1");
    }
  }
}
