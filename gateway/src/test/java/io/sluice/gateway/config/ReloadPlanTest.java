package io.sluice.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ReloadPlanTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";

  /// A new key must be put into one of the two sets of [Reloadable].
  @Test
  void ofEveryKeyItIsKnownWhetherItNeedsARestart() {
    assertThat(ConfigLoader.keys())
        .isNotEmpty()
        .allSatisfy(key ->
            assertThat(Reloadable.isLive(key))
                .as(key + " is either taken over or needs a restart: see Reloadable")
                .isNotEqualTo(Reloadable.isFixed(key)));
  }

  @Test
  void aConfigurationIsWhatItsValuesSay() {
    GatewayConfig config =
        config(
            Map.of(
                "kafka.properties.sasl.jaas.config", "x required y=\"z\";",
                "edge.allowed-origins", "https://a.example,https://b.example:*",
                "edge.ping-interval", "17s",
                "log.levels", "io.sluice=debug,root=WARN",
                "log.access", "off",
                "redis.uri", "redis://:p$w,d@redis:6379/1",
                "namespaces.orders.topic", "orders",
                "namespaces.orders.keyless", "all",
                "namespaces.orders.max-delay", "5ms"));
    assertThat(GatewayConfig.of(new TreeMap<>(config.values()))).isEqualTo(config);
  }

  @Test
  void whatCanBeIsTakenOverAndTheRestStaysAndIsNamed() {
    GatewayConfig running = config(Map.of());
    GatewayConfig asked =
        config(
            Map.of(
                "edge.port", "8001",
                "edge.max-channels", "64",
                "namespaces.default.publish", "anyone",
                "namespaces.default.mode", "state",
                "kafka.properties.client.rack", "r1"));
    ReloadPlan plan = ReloadPlan.of(running, asked);
    assertThat(plan.taken())
        .extracting(ConfigChange::toString)
        .containsExactlyInAnyOrder(
            "edge.max-channels 128 -> 64", "namespaces.default.publish nobody -> anyone");
    assertThat(plan.waiting())
        .extracting(ConfigChange::toString)
        .containsExactlyInAnyOrder(
            "edge.port 8000 -> 8001",
            "namespaces.default.mode log -> state",
            "kafka.properties.client.rack \"\" -> r1");
    assertThat(plan.next().edge().maxChannels()).isEqualTo(64);
    assertThat(plan.next().edge().port()).isEqualTo(8000);
    assertThat(plan.next().kafka()).isEqualTo(running.kafka());
    assertThat(ReloadPlan.of(plan.next(), asked).taken()).isEmpty();
    assertThat(ReloadPlan.of(plan.next(), asked).waiting()).isEqualTo(plan.waiting());
  }

  @Test
  void secretsAreComparedAndNotShown() {
    ReloadPlan plan =
        ReloadPlan.of(
            config(Map.of()),
            config(
                Map.of(
                    "tokens.hmac-secret",
                    OTHER,
                    "tokens.second-hmac-secret",
                    SECRET,
                    "api.key",
                    "k-2",
                    "redis.uri",
                    "redis://:pw@h:1")));
    assertThat(plan.taken())
        .extracting(ConfigChange::toString)
        .containsExactlyInAnyOrder(
            "tokens.hmac-secret *** -> ***",
            "tokens.second-hmac-secret \"\" -> ***",
            "api.key *** -> ***");
    assertThat(plan.waiting())
        .extracting(ConfigChange::toString)
        .containsExactly("redis.uri \"\" -> redis://***@h:1");
    assertThat(plan.next().tokens().hmacSecret()).isEqualTo(OTHER);
    assertThat(plan.next().tokens().secondKeys().hmacSecret()).isEqualTo(SECRET);
  }

  @Test
  void namespacesThatComeOrGoNeedARestartEachInOneLine() {
    GatewayConfig running = config(Map.of("namespaces.a.topic", "a", "namespaces.b.topic", "b"));
    GatewayConfig asked = config(Map.of("namespaces.b.topic", "b", "namespaces.c.topic", "c"));
    ReloadPlan plan = ReloadPlan.of(running, asked);
    assertThat(plan.taken()).isEmpty();
    assertThat(plan.waiting())
        .extracting(ConfigChange::toString)
        .containsExactly("namespaces.a there -> \"\"", "namespaces.c \"\" -> there");
    assertThat(plan.next()).isEqualTo(running);
  }

  @Test
  void whatDoesNotGoWithWhatStaysIsRefused() {
    GatewayConfig running = config(Map.of("namespaces.default.keyless", "all"));
    GatewayConfig asked =
        config(
            Map.of(
                "namespaces.default.personal", "true", "namespaces.default.subscribe", "nobody"));
    assertThatThrownBy(() -> ReloadPlan.of(running, asked))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("namespaces.default.personal: true goes with no keyless");
  }

  private static GatewayConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("sluice.kafka.bootstrap-servers", "kafka:9092");
    all.put("sluice.api.key", "k-1");
    all.put("sluice.tokens.hmac-secret", SECRET);
    settings.forEach((key, value) -> all.put("sluice." + key, value));
    return ConfigLoader.parse("", Map.of(), all);
  }

  @Test
  void aFormOfTheLogThatIsNoneIsRefused() {
    assertThatThrownBy(() -> config(Map.of("log.format", "xml", "log.access", "some")))
        .hasMessageContaining("log.format: 'xml' is none of auto, json, text")
        .hasMessageContaining("log.access: 'some' is none of off, failed, all");
  }

  @Test
  void aLevelThatIsNoneIsRefused() {
    for (String wrong : List.of("io.sluice", "io.sluice=loud", "=debug")) {
      assertThatThrownBy(() -> config(Map.of("log.levels", wrong)))
          .hasMessageContaining("log.levels: '" + wrong + "' is not of the form LOGGER=LEVEL");
    }
  }
}
