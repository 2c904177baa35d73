package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.sluice.gateway.logs.AccessLog;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a node writes down of those that came.
final class AccessLogTest {
  private static final String ADDRESS = " address=127.0.0.1";
  private static final String SECONDS = " seconds=\\d+\\.\\d{6}";
  private static final String BY_KEY = " caller=api\\.key";
  private static final String CLIENT = "[0-9a-f-]{36}";

  private static Gateway node;

  private final Logger access = (Logger) LoggerFactory.getLogger(AccessLog.NAME);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> noting =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getFormattedMessage());
        }
      };

  @BeforeAll
  static void start() throws Exception {
    node = TestStack.node("access", Map.of());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void listen() {
    access.setLevel(Level.INFO);
    noting.start();
    access.addAppender(noting);
  }

  @AfterEach
  void restore() {
    access.detachAppender(noting);
    access.setLevel(Level.WARN);
    write("failed");
  }

  private static void write(String what) {
    node.reload(() -> TestStack.config("access", Map.of("log.access", what)));
  }

  private static EdgeProbe edge() {
    return new EdgeProbe(node.edgePort());
  }

  private static EdgeProbe api() {
    return new EdgeProbe(node.apiPort());
  }

  private void awaitLine(String pattern) {
    await().untilAsserted(() -> assertThat(lines).anyMatch(line -> line.matches(pattern)));
  }

  @Test
  void eachHandshakeRequestAndEndIsALineWithoutTheQuery() throws Exception {
    write("all");
    try (TestClient client = TestClient.uni(node, "token=" + TestStack.token("ann") + "&x=4711")) {
      client.next(message -> message.has("connect"));
    }
    awaitLine(
        "handshake status=101 method=GET path=/connection/uni_websocket"
            + SECONDS
            + " transport=uni_websocket reason= clientId="
            + CLIENT
            + ADDRESS);
    awaitLine(
        "connection ended closeCode=0 reason=the client left"
            + SECONDS
            + " transport=uni_websocket user=ann clientId="
            + CLIENT
            + ADDRESS);
    assertThat(clients("uni_websocket"))
        .as("the handshake and what it became are joined")
        .hasSize(1);

    assertThat(api().get("/api/v1/nodes?x=4711", "X-API-Key: " + TestStack.API_KEY))
        .startsWith("HTTP/1.1 200");
    awaitLine("request status=200 method=GET path=/api/v1/nodes" + SECONDS + BY_KEY + ADDRESS);
    assertThat(edge().get("/health")).startsWith("HTTP/1.1 200");
    assertThat(api().get("/metrics")).startsWith("HTTP/1.1 200");
    assertThat(api().get("/health/live")).startsWith("HTTP/1.1 200");
    assertThat(api().get("/api/v1/nodes")).startsWith("HTTP/1.1 401");
    awaitLine("request status=401 .*"); // the last one: nothing of those before is on its way
    assertThat(lines).noneMatch(line -> line.contains("health") || line.contains("metrics"));
    assertThat(lines).noneMatch(line -> line.contains("4711") || line.contains("token"));
  }

  @Test
  void byDefaultWhatWasRefusedOrWentWrongIsWritten() throws Exception {
    try (TestClient client = TestClient.connected(node, "bob")) {
      assertThat(client.subscribe("a").has("error")).isFalse();
    }
    assertThat(api().get("/api/v1/nodes", "X-API-Key: " + TestStack.API_KEY))
        .startsWith("HTTP/1.1 200");
    try (TestClient client = TestClient.silent(node)) {
      client.send("{\"id\":1,\"connect\":{\"token\":\"4711\"}}");
      assertThat(client.closeCode()).isEqualTo(3500);
    }
    awaitLine(
        "connection ended closeCode=3500 reason=invalid-token"
            + SECONDS
            + " transport=websocket user= clientId=\\S+"
            + ADDRESS);
    assertThat(edge().get("/no/such/path?x=4711")).startsWith("HTTP/1.1 404");
    awaitLine(
        "handshake status=404 method=GET path=/no/such/path"
            + SECONDS
            + " transport=none reason= clientId="
            + ADDRESS);
    assertThat(edge().get("/connection/uni_sse", "Origin: https://evil.example"))
        .startsWith("HTTP/1.1 403");
    awaitLine("handshake status=403 .* transport=uni_sse reason=origin clientId=" + ADDRESS);
    assertThat(
            edge().exchange("POST /emulation HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 400");
    awaitLine("handshake status=400 method=POST path=/emulation .*");
    assertThat(edge().exchange("\u0016\u0003\u0001 TLS to a plain port\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    awaitLine("handshake status=400 method= path= .* reason=malformed clientId=" + ADDRESS);
    assertThat(api().get("/api/v1/nodes?key=4711", "X-API-Key: 4711")).startsWith("HTTP/1.1 401");
    awaitLine("request status=401 method=GET path=/api/v1/nodes" + SECONDS + " caller=" + ADDRESS);
    assertThat(lines)
        .noneMatch(line -> line.contains("bob") || line.contains("status=200"))
        .noneMatch(line -> line.contains("4711"));
  }

  /// Whom the lines of a transport name.
  private Set<String> clients(String transport) {
    return lines.stream()
        .filter(line -> line.contains(" transport=" + transport + " "))
        .map(line -> line.replaceFirst(".* clientId=(\\S*) .*", "$1"))
        .collect(Collectors.toSet());
  }

  @Test
  void aStreamsHandshakeNamesItsConnectionToo() throws Exception {
    write("all");
    try (UniClient _ =
        new UniClient(UniClient.Kind.EVENTS, node, UniClient.query("cleo", "a"), "")) {
      awaitLine("handshake status=200 .* transport=uni_sse reason= clientId=" + CLIENT + ADDRESS);
    }
    awaitLine("connection ended .* transport=uni_sse user=\\S* clientId=" + CLIENT + ADDRESS);
    assertThat(clients("uni_sse")).hasSize(1);
  }

  @Test
  void aRequestNamesTheKeyItCameWithAndNeverSaysIt() throws Exception {
    node.reload(() ->
        TestStack.config("access", Map.of("log.access", "all", "api.second-key", "another-4711")));
    assertThat(api().get("/api/v1/nodes", "X-API-Key: another-4711")).startsWith("HTTP/1.1 200");
    awaitLine("request status=200 .*" + SECONDS + " caller=api\\.second-key" + ADDRESS);
    assertThat(api().get("/api/v1/nodes", "Authorization: apikey " + TestStack.API_KEY))
        .startsWith("HTTP/1.1 200");
    awaitLine("request status=200 .*" + SECONDS + BY_KEY + ADDRESS);
    assertThat(api().get("/api/v1/nodes")).startsWith("HTTP/1.1 401");
    awaitLine("request status=401 .*" + SECONDS + " caller=" + ADDRESS);
    assertThat(lines).noneMatch(line -> line.contains("4711") || line.contains(TestStack.API_KEY));
  }

  @Test
  void longPathsAreCut() throws Exception {
    assertThat(edge().get("/" + "x".repeat(4_000))).startsWith("HTTP/1.1 404");
    awaitLine("handshake status=404 method=GET path=/x{199}… .*");
  }

  @Test
  void offIsNothing() throws Exception {
    write("off");
    assertThat(edge().get("/no/such/path")).startsWith("HTTP/1.1 404");
    write("failed");
    assertThat(edge().get("/another/path")).startsWith("HTTP/1.1 404");
    awaitLine("handshake status=404 .*path=/another/path .*");
    assertThat(lines).noneMatch(line -> line.contains("/no/such/path"));
  }
}
