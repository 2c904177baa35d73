package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.TokenConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A whole run of a node that knows secrets, and is told some, with a log that says all it can, and
/// all of it traced: no secret is in the log, before anything is masked, nor in what the node
/// shows, writes down or sends to a collector.
final class SecretsTest {
  private static final String REDIS_PASSWORD = "planted-redis-password";
  private static final String SECOND_KEY = "planted-second-key";
  private static final String SECOND_SECRET = "planted-second-secret-of-32-bytes-or-more";
  private static final String WRONG_PASSWORD = "planted-wrong-password";
  private static final String WRONG_KEY = "planted-wrong-key";
  private static final String BAD_TOKEN = "planted-token";
  private static final String PAYLOAD = "planted-payload";
  private static final String QUERY = "planted-query";
  private static final String PEM = "planted-pem";

  private static final String LOUD =
      "root=debug,io.sluice=trace,sluice.access=info,org.apache.kafka.clients=debug,"
          + "org.apache.kafka.clients.NetworkClient=debug,org.apache.kafka.common=debug";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /// All that was logged, as it was.
  private static final class Heard extends AppenderBase<ILoggingEvent> {
    private final StringBuilder text = new StringBuilder();

    @Override
    protected synchronized void append(ILoggingEvent event) {
      text.append(event.getLevel()).append(' ').append(event.getLoggerName()).append(' ');
      text.append(event.getFormattedMessage()).append('\n');
      if (event.getThrowableProxy() != null) {
        text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
    }

    synchronized String all() {
      return text.toString();
    }
  }

  @TempDir private Path snapshots;
  private final Heard heard = new Heard();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final List<Appender<ILoggingEvent>> quiet = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private final Map<String, String> planted = new HashMap<>();

  @BeforeEach
  void listen() {
    root.iteratorForAppenders().forEachRemaining(quiet::add);
    quiet.forEach(root::detachAppender); // nobody reads so much
    heard.start();
    root.addAppender(heard);
  }

  @AfterEach
  void restore() {
    root.detachAppender(heard);
    quiet.forEach(root::addAppender);
  }

  @Test
  void noSecretIsInTheLogNorInWhatANodeShows() throws Exception {
    try (RawCollector collector = new RawCollector();
        EmbeddedKafka kafka = EmbeddedKafka.builder().secured().start();
        EmbeddedRedis redis =
            EmbeddedRedis.builder().setting("requirepass", REDIS_PASSWORD).start()) {
      plant(kafka);
      Map<String, String> settings = settings(kafka, redis);
      settings.put("tracing.endpoint", collector.endpoint());
      settings.put("tracing.sample", "1");
      settings.put("tracing.max-per-second", "10000");
      settings.put("metrics.otlp-endpoint", collector.endpoint());
      try (Gateway node = Gateway.start(config(settings, Map.of()))) {
        EdgeProbe api = new EdgeProbe(node.apiPort());
        org.awaitility.Awaitility.await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> api.get("/health/ready").startsWith("HTTP/1.1 200"));
        goodAndBadTokens(node);
        streams(node);
        callsOfTheApi(node);
        reloads(node, settings);
        startOfANodeThatIsRefused(settings);
        redis.stop();
        kafka.stop();
        publishInVain(node);
        whatIsShown(node);
      }
      whatWasSent(collector.all());
    }
    whatWasWrittenDown();

    assertThat(heard.all())
        .as("the log has what it should")
        .contains(
            "configuration api.key: ***",
            "configuration redis.uri: redis://***@",
            "connection ended closeCode=3500",
            "request status=401 method=POST path=/api/publish",
            "the configuration is not taken over problem=\"tokens.rsa-public-key",
            "configuration changed tokens.second-hmac-secret \"\" -> ***",
            "DEBUG io.lettuce.core.",
            "DEBUG org.apache.kafka.clients.NetworkClient");
    assertThat(shown).hasSizeGreaterThan(15);
    planted.forEach((what, secret) -> {
      assertThat(linesWith(heard.all(), secret)).as("lines of the log with " + what).isEmpty();
      assertThat(shown).as("shown with " + what).noneMatch(text -> text.contains(secret));
    });
  }

  private void plant(EmbeddedKafka kafka) {
    String jaas = kafka.securedClientProperties().get("sasl.jaas.config");
    Matcher password = Pattern.compile("password=\"([^\"]+)\"").matcher(String.valueOf(jaas));
    assertThat(password.find()).isTrue();
    planted.put("Kafka's password", password.group(1));
    planted.put("a wrong one", WRONG_PASSWORD);
    planted.put("Redis' password", REDIS_PASSWORD);
    planted.put("the secret of tokens", TestStack.SECRET);
    planted.put("the second secret of tokens", SECOND_SECRET);
    planted.put("the API's key", TestStack.API_KEY);
    planted.put("the API's second key", SECOND_KEY);
    planted.put("a key that is none", WRONG_KEY);
    planted.put("a token", "eyJhbGciOi"); // how each begins
    planted.put("a token that is none", BAD_TOKEN);
    planted.put("a payload", PAYLOAD);
    planted.put("a query", QUERY);
    planted.put("a public key that is none", PEM);
  }

  private Map<String, String> settings(EmbeddedKafka kafka, EmbeddedRedis redis) {
    Map<String, String> all = new HashMap<>();
    all.put("node.snapshot-dir", snapshots.toString());
    all.put("edge.host", "127.0.0.1");
    all.put("edge.port", "0");
    all.put("edge.loops", "2");
    all.put("edge.token-in-url", "true");
    all.put("edge.max-connections", "5000"); // the heap of a test is small
    all.put("edge.max-pending", "5000");
    all.put("edge.outboxes", "64MiB");
    all.put("api.port", "0");
    all.put("api.console", "true");
    all.put("api.key", TestStack.API_KEY);
    all.put("api.second-key", SECOND_KEY);
    all.put("kafka.bootstrap-servers", kafka.securedBootstrapServers());
    kafka
        .securedClientProperties()
        .forEach((name, value) -> all.put("kafka.properties." + name, value));
    all.put("kafka.create-topics", "true");
    all.put("kafka.partitions", "1");
    all.put("kafka.fetch-bytes", "4MiB");
    all.put("redis.uri", redis.uri().replace("redis://", "redis://:" + REDIS_PASSWORD + "@"));
    all.put("tokens.hmac-secret", TestStack.SECRET);
    all.put("watchdog.exit-after", "0s");
    all.put("drain.announce", "0s");
    all.put("drain.duration", "0s");
    all.put("shed.loop-lag", "0s");
    all.put("log.levels", LOUD);
    all.put("log.access", "all");
    all.put("namespaces.default.topic", "secrets.default");
    all.put("namespaces.default.publish", "authenticated");
    return all;
  }

  private static GatewayConfig config(Map<String, String> settings, Map<String, String> over) {
    Map<String, String> properties = new HashMap<>();
    settings.forEach((key, value) -> properties.put("sluice." + key, value));
    over.forEach((key, value) -> properties.put("sluice." + key, value));
    return ConfigLoader.parse("", Map.of(), properties);
  }

  private static String connect(String token) {
    return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}";
  }

  private static String token(String secret, Clock clock) {
    return new TokenSigner(new TokenConfig(secret, "", "", "", "", false), clock)
        .sign("eve", Duration.ofMinutes(5), List.of());
  }

  private static String foreignToken() {
    return token("x".repeat(32), Clock.systemUTC());
  }

  private static String oldToken() {
    return token(TestStack.SECRET, Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)));
  }

  private void goodAndBadTokens(Gateway node) throws Exception {
    try (TestClient ann = TestClient.connected(node, "ann")) {
      assertThat(ann.subscribe("news").has("error")).isFalse();
      String data = "{\"channel\":\"news\",\"data\":\"" + PAYLOAD + "\"}";
      assertThat(ann.command("publish", data).has("error")).isFalse();
      assertThat(ann.publication("news").path("data").asText()).isEqualTo(PAYLOAD);
      var _ = ann.command("rpc", "{\"method\":\"m\",\"data\":\"" + PAYLOAD + "\"}");
      var _ = ann.command("subscribe", "{\"channel\":\"b\",\"token\":\"" + BAD_TOKEN + "\"}");
      var _ = ann.command("subscribe", "{\"channel\":\"b\",\"token\":\"" + foreignToken() + "\"}");
      ann.send("{\"nonsense\":\"" + PAYLOAD + "\"");
      assertThat(ann.closeCode()).isEqualTo(3501);
    }
    for (String token :
        List.of(
            BAD_TOKEN, foreignToken(), TestStack.channelToken("ann", "b", Duration.ofMinutes(1)))) {
      try (TestClient bad = TestClient.silent(node)) {
        bad.send(connect(token));
        assertThat(bad.closeCode()).isEqualTo(3500);
      }
    }
    try (TestClient late = TestClient.silent(node)) {
      var _ = late.command("connect", "{\"token\":\"" + oldToken() + "\"}");
    }
    try (TestClient uni = TestClient.uni(node, "token=" + BAD_TOKEN + "&x=" + QUERY)) {
      assertThat(uni.closeCode()).isEqualTo(3500);
    }
    try (UniClient uni =
        new UniClient(
            UniClient.Kind.EVENTS, node, UniClient.query("ann", "news") + "&x=" + QUERY, "")) {
      uni.next();
      try (TestClient ann = TestClient.connected(node, "ann")) {
        var _ = ann.command("publish", "{\"channel\":\"news\",\"data\":\"" + PAYLOAD + "\"}");
      }
      uni.next();
      assertThat(uni.position()).isNotEmpty();
      planted.put("a position token", uni.position());
    }
  }

  private HttpRequest.Builder to(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private int show(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
    shown.add(answer.headers().map() + answer.body());
    return answer.statusCode();
  }

  private void streams(Gateway node) throws Exception {
    HttpRequest stream =
        to(node.edgePort(), "/connection/http_stream")
            .POST(BodyPublishers.ofString(connect(TestStack.token("bob"))))
            .build();
    HttpResponse<InputStream> answer = HTTP.send(stream, BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      var connected = TestClient.parse(String.valueOf(lines.readLine())).path("connect");
      String session = connected.path("session").asText();
      assertThat(session).isNotEmpty();
      planted.put("a stream's session", session);
      for (String asked : List.of(session, "planted-wrong-session")) {
        String body =
            TestClient.object(
                Map.of("session", asked, "node", node.nodeId(), "data", "{\"id\":2,\"ping\":{}}"));
        var _ = show(to(node.edgePort(), "/emulation").POST(BodyPublishers.ofString(body)));
      }
    }
    assertThat(show(to(node.edgePort(), "/connection/uni_sse?token=" + BAD_TOKEN))).isEqualTo(401);
    assertThat(
            show(
                to(node.edgePort(), "/connection/uni_http_stream?x=" + QUERY)
                    .header("Authorization", "Bearer " + foreignToken())))
        .isEqualTo(401);
    assertThat(show(to(node.edgePort(), "/no/such/path?token=" + QUERY))).isEqualTo(404);
    assertThat(
            show(
                to(node.edgePort(), "/connection/websocket?token=" + QUERY)
                    .header("Authorization", "Bearer " + foreignToken())))
        .isEqualTo(426);
  }

  private void callsOfTheApi(Gateway node) throws Exception {
    String publish = "{\"channel\":\"news\",\"data\":\"" + PAYLOAD + "\"}";
    int port = node.apiPort();
    assertThat(show(keyed(port, "/api/publish?x=" + QUERY, publish))).isEqualTo(200);
    assertThat(show(keyed(port, "/api/publish", publish + PAYLOAD))).isEqualTo(400);
    assertThat(show(keyed(port, "/api/disconnect", "{\"user\":\"nobody\"}"))).isEqualTo(200);
    assertThat(
            show(
                to(port, "/api/publish")
                    .header("X-API-Key", WRONG_KEY)
                    .POST(BodyPublishers.ofString(publish))))
        .isEqualTo(401);
    assertThat(show(to(port, "/api/v1/nodes?api_key=" + QUERY))).isEqualTo(401);
    assertThat(show(to(port, "/internal/questions?x=" + QUERY).header("X-API-Key", WRONG_KEY)))
        .isEqualTo(401);
  }

  private HttpRequest.Builder keyed(int port, String path, String body) {
    return to(port, path)
        .header("X-API-Key", TestStack.API_KEY)
        .POST(BodyPublishers.ofString(body));
  }

  private static void reloads(Gateway node, Map<String, String> settings) {
    Map<String, String> key =
        Map.of(
            "tokens.rsa-public-key",
            "-----BEGIN PUBLIC KEY-----\n" + PEM + "\n-----END PUBLIC KEY-----");
    node.reload(() -> config(settings, key));
    node.reload(() -> config(settings, Map.of("tokens.second-hmac-secret", SECOND_SECRET)));
    node.reload(() -> config(settings, Map.of("redis.uri", "redis://:" + WRONG_PASSWORD + "@h:1")));
  }

  /// By Kafka, for a wrong password.
  private void startOfANodeThatIsRefused(Map<String, String> settings) {
    String jaas = String.valueOf(settings.get("kafka.properties.sasl.jaas.config"));
    Map<String, String> wrong =
        Map.of(
            "kafka.properties.sasl.jaas.config",
            jaas.replaceFirst("password=\"[^\"]+\"", "password=\"" + WRONG_PASSWORD + "\""));
    assertThatThrownBy(() -> Gateway.start(config(settings, wrong)))
        .isInstanceOf(StartException.class)
        .satisfies(refused -> shown.add(String.valueOf(refused.getMessage())));
  }

  private static void publishInVain(Gateway node) throws Exception {
    try (TestClient ann = TestClient.connected(node, "ann")) {
      String data = "{\"channel\":\"news\",\"data\":\"" + PAYLOAD + "\"}";
      assertThat(ann.command("publish", data).path("error").path("code").asInt()).isEqualTo(100);
    }
  }

  private void whatIsShown(Gateway node) throws Exception {
    int port = node.apiPort();
    for (String path : List.of("/metrics", "/health", "/health/ready", "/", "/console/")) {
      var _ = show(to(port, path));
    }
    for (String path : List.of("/api/v1/state", "/api/v1/nodes", "/api/v1/loggers")) {
      assertThat(show(to(port, path).header("X-API-Key", TestStack.API_KEY))).isEqualTo(200);
    }
  }

  /// A node that has been closed has sent all it had.
  private void whatWasSent(String all) {
    assertThat(all)
        .as("sent to the collector")
        .contains(
            "/v1/traces",
            "/v1/metrics",
            "POST /api/publish",
            "connect",
            "send secrets.default",
            "fan-out secrets.default",
            "messaging.kafka.message.key",
            "sluice_ready");
    shown.add(all);
  }

  private void whatWasWrittenDown() throws IOException {
    try (Stream<Path> files = Files.list(snapshots)) {
      for (Path file : files.toList()) {
        shown.add(Files.readString(file));
      }
    }
    assertThat(shown.getLast()).as("a snapshot").contains("\"connections\"");
  }

  private static List<String> linesWith(String text, String secret) {
    return text.lines().filter(line -> line.contains(secret)).limit(3).toList();
  }
}
