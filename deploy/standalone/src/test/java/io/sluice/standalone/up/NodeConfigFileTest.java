package io.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.Access;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.LogFormat;
import io.sluice.gateway.config.NamespaceConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeConfigFileTest {
  private static final String SECRET = "s".repeat(32);

  @Test
  void loaderTakesItAndEverythingIsOn() {
    GatewayConfig config = load(file());
    assertThat(config.node().id()).isEqualTo("node-1-00aa");
    assertThat(config.edge().port()).isEqualTo(8000);
    assertThat(config.edge().host()).isEqualTo("127.0.0.1");
    assertThat(config.edge().allowedOrigins()).containsExactly(EdgeConfig.LOOPBACK_ORIGINS);
    assertThat(config.edge().tokenInUrl()).isTrue();
    assertThat(config.edge().echo()).isTrue();
    assertThat(config.api().host()).isEqualTo("127.0.0.1");
    assertThat(config.api().port()).isEqualTo(9000);
    assertThat(config.api().key()).isEqualTo("key");
    assertThat(config.api().console()).isTrue();
    assertThat(config.kafka().bootstrapServers()).isEqualTo("127.0.0.1:9092");
    assertThat(config.kafka().createTopics()).isTrue();
    assertThat(config.redis().uri()).isEqualTo("redis://127.0.0.1:6379");
    assertThat(config.tokens().hmacSecret()).isEqualTo(SECRET);
    assertThat(config.drain().announce()).isEqualTo(Duration.ZERO);
    assertThat(config.drain().duration()).isEqualTo(Duration.ZERO);
    assertThat(config.log().format()).as("people read it").isEqualTo(LogFormat.TEXT);
  }

  @Test
  void tokenHoldersMayDoEverythingInTheDefaultNamespace() {
    NamespaceConfig namespace = Objects.requireNonNull(load(file()).namespaces().get("default"));
    assertThat(namespace.topic()).isEqualTo("sluice.default");
    assertThat(namespace.keyless()).contains("keyless");
    assertThat(namespace.history()).isTrue();
    assertThat(namespace.positions()).isTrue();
    assertThat(namespace.recovery()).isTrue();
    assertThat(namespace.delta()).isTrue();
    assertThat(namespace.filters()).isTrue();
    assertThat(namespace.presence()).isTrue();
    assertThat(namespace.joinLeave()).isTrue();
    assertThat(namespace.subscribe()).isEqualTo(Access.AUTHENTICATED);
    assertThat(namespace.publish()).isEqualTo(Access.AUTHENTICATED);
    assertThat(namespace.read()).isEqualTo(Access.AUTHENTICATED);
  }

  @Test
  void namespacesOfTheEnvironmentHaveTheirTopicsToo() {
    Map<String, String> environment =
        Map.of("SLUICE_NAMESPACES_ORDERS_TOPIC", "shop.orders", "SLUICE_EDGE_PORT", "not a port");
    assertThat(file().topics(environment))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("default", "sluice.default", "orders", "shop.orders"));
  }

  @Test
  void valuesOfTheReaderCannotBreakTheFile() {
    String secret = "it's: #1 " + SECRET;
    NodeConfigFile strange =
        new NodeConfigFile("node-1", 8000, 9000, "k:1", "redis://h:1", secret, "key");
    assertThat(load(strange).tokens().hmacSecret()).isEqualTo(secret);
  }

  @Test
  void onlyVariablesThatUpDecidesAreKeptFromNodes() {
    assertThat(
            NodeConfigFile.ownVariables(
                Set.of(
                    "SLUICE_EDGE_PORT",
                    "SLUICE_TOKENS_HMAC_SECRET",
                    "SLUICE_WINDOW_BYTES",
                    "PATH")))
        .containsExactly("SLUICE_EDGE_PORT", "SLUICE_TOKENS_HMAC_SECRET");
  }

  @Test
  void secretsAreNotInItsText() {
    assertThat(file().toString()).doesNotContain(SECRET, "key");
  }

  private static GatewayConfig load(NodeConfigFile file) {
    return ConfigLoader.parse(file.toYaml(), Map.of(), Map.of());
  }

  private static NodeConfigFile file() {
    return new NodeConfigFile(
        "node-1-00aa", 8000, 9000, "127.0.0.1:9092", "redis://127.0.0.1:6379", SECRET, "key");
  }
}
