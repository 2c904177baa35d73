package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.TokenConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A node whose configuration changes while clients are connected.
final class ReloadTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Gateway gateway;
  private static EdgeProbe metrics;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Reloads.class);

  @BeforeAll
  static void start() throws Exception {
    gateway = TestStack.node("reload", Map.of());
    metrics = new EdgeProbe(gateway.apiPort());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  /// As it was.
  @AfterEach
  void restore() {
    gateway.reload(asked(Map.of()));
    logger.detachAppender(log);
  }

  @Test
  void anotherPolicyHoldsForTheNextCommandAndNobodyIsDisconnected() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(client.subscribe("a").has("error")).isFalse();
      gateway.reload(asked(Map.of("namespaces.default.subscribe", "nobody")));
      assertThat(client.subscribe("b").path("error").path("code").asInt()).isEqualTo(103);
      TestStack.produce("reload.default", "a", "{\"n\":1}");
      assertThat(client.publication("a").path("data").path("n").asInt()).isEqualTo(1);
      gateway.reload(asked(Map.of()));
      assertThat(client.subscribe("b").has("error")).isFalse();
      assertThat(client.closed()).isNotDone();
    }
    assertThat(lines())
        .contains("configuration changed namespaces.default.subscribe authenticated -> nobody");
  }

  @Test
  void limitsHoldForWhoeverIsConnectedAndWhoeverComes() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "bob")) {
      assertThat(client.subscribe("a").has("error")).isFalse();
      gateway.reload(asked(Map.of("edge.max-channels", "1", "edge.max-connections-per-user", "1")));
      assertThat(client.subscribe("b").path("error").path("code").asInt()).isEqualTo(106);
      try (TestClient second = TestClient.silent(gateway)) {
        second.send("{\"id\":1,\"connect\":{\"token\":\"" + TestStack.token("bob") + "\"}}");
        assertThat(second.closeCode()).isEqualTo(3504);
      }
      assertThat(client.closed()).isNotDone();
    }
  }

  @Test
  void keysAreChangedWithoutAGapAndOldTokensGoWithTheirKey() throws Exception {
    String old = TestStack.SECRET;
    String fresh = "another-secret-of-thirty-two-bytes-or-more";
    try (TestClient client = TestClient.connected(gateway, "carl")) {
      assertThat(connect(old, "dora").has("connect")).isTrue(); // and is remembered
      gateway.reload(asked(Map.of("tokens.hmac-secret", fresh, "tokens.second-hmac-secret", old)));
      assertThat(connect(old, "dora").has("connect")).isTrue();
      assertThat(connect(fresh, "dora").has("connect")).isTrue();
      gateway.reload(asked(Map.of("tokens.hmac-secret", fresh)));
      assertThat(connect(fresh, "dora").has("connect")).isTrue();
      try (TestClient refused = TestClient.silent(gateway)) {
        refused.send("{\"id\":1,\"connect\":{\"token\":\"" + token(old, "dora") + "\"}}");
        assertThat(refused.closeCode()).isEqualTo(3500);
      }
      assertThat(client.subscribe("a").has("error")).isFalse(); // lives by a token of the old one
    }
  }

  @Test
  void theApisKeyIsChangedWithoutAGap() throws Exception {
    assertThat(nodes(TestStack.API_KEY)).isEqualTo(200);
    gateway.reload(asked(Map.of("api.key", "k-new", "api.second-key", TestStack.API_KEY)));
    assertThat(nodes(TestStack.API_KEY)).isEqualTo(200);
    assertThat(nodes("k-new")).isEqualTo(200);
    gateway.reload(asked(Map.of("api.key", "k-new")));
    assertThat(nodes("k-new")).isEqualTo(200);
    assertThat(nodes(TestStack.API_KEY)).isEqualTo(401);
    assertThat(lines())
        .contains("configuration changed api.key *** -> ***")
        .noneMatch(it -> it.contains("k-new"));
  }

  @Test
  void whatNeedsARestartIsSaidAndCounted() throws Exception {
    gateway.reload(asked(Map.of("edge.port", "8001", "kafka.partitions", "5")));
    assertThat(lines())
        .contains(
            "needs a restart: edge.port 0 -> 8001", "needs a restart: kafka.partitions 4 -> 5");
    assertThat(metrics.metric("sluice_config_restart_needed")).isEqualTo(2);
    gateway.reload(asked(Map.of()));
    assertThat(metrics.metric("sluice_config_restart_needed")).isZero();
  }

  @Test
  void whatIsNotGoodChangesNothingAndIsSaid() throws Exception {
    double before = metrics.metric("sluice_config_reloads_total{outcome=\"refused\"}");
    gateway.reload(() -> {
      throw new ConfigException(List.of("edge.port: 'x' is not a whole number"));
    });
    gateway.reload(
        asked(
            Map.of(
                "namespaces.default.subscribe", "nobody",
                "tokens.rsa-public-key", "-----BEGIN PUBLIC KEY-----\\n-----END PUBLIC KEY-----")));
    gateway.reload(
        asked(
            Map.of("namespaces.default.subscribe", "nobody", "edge.max-connections", "10000000")));
    assertThat(metrics.metric("sluice_config_reloads_total{outcome=\"refused\"}"))
        .isEqualTo(before + 3);
    try (TestClient client = TestClient.connected(gateway, "emil")) {
      assertThat(client.subscribe("a").has("error")).isFalse();
    }
    assertThat(lines())
        .anyMatch(it -> it.contains("problem=\"edge.port: 'x' is not a whole number\""))
        .anyMatch(it -> it.contains("problem=\"tokens.rsa-public-key"))
        .anyMatch(it -> it.contains("problem=\"memory: this configuration"));
  }

  @Test
  void levelsOfTheLogChangeAndAreWhatTheyWere() {
    Logger some = (Logger) LoggerFactory.getLogger("io.sluice.some");
    gateway.reload(asked(Map.of("log.levels", "io.sluice.some=trace")));
    assertThat(some.isTraceEnabled()).isTrue();
    gateway.reload(asked(Map.of()));
    assertThat(some.isTraceEnabled()).isFalse();
    assertThat(some.getLevel()).isNull();
  }

  private static Supplier<GatewayConfig> asked(Map<String, String> settings) {
    return () -> TestStack.config("reload", new HashMap<>(settings));
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static String token(String secret, String user) {
    return new TokenSigner(new TokenConfig(secret, "", "", "", "", false), Clock.systemUTC())
        .sign(user, Duration.ofMinutes(5), List.of());
  }

  private static JsonNode connect(String secret, String user) throws Exception {
    try (TestClient client = TestClient.silent(gateway)) {
      return client.command("connect", "{\"token\":\"" + token(secret, user) + "\"}");
    }
  }

  private static int nodes(String key) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + gateway.apiPort() + "/api/v1/nodes"))
                .header("X-API-Key", key)
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
