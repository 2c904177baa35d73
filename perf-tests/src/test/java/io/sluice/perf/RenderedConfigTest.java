package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where helm puts the nodes' configuration: which pods find which, and no secret is in it.
@Tag("full")
final class RenderedConfigTest {
  private static final String NAME = RenderedConfigTest.class.getSimpleName();
  private static final String SECRET = "hunter2";

  private static Helm helm;

  @BeforeAll
  static void find() throws Exception {
    helm = Helm.find(NAME);
  }

  /// Else an old pod that starts anew would find the new configuration, and one that is rolled back
  /// would not find the old one.
  @Test
  void aChangedConfigurationReplacesPodsAndThoseOfBeforeKeepTheirs() throws Exception {
    Rendered first = helm.render("");
    Rendered again = helm.render("podLabels: {team: front}\n");
    Rendered other = helm.render("config: {edge: {max-channels: 7}}\n");
    for (Rendered rendered : List.of(first, again, other)) {
      JsonNode config = rendered.configMap();
      assertThat(config.path("immutable").asBoolean()).isTrue();
      assertThat(config.at("/metadata/annotations/helm.sh~1resource-policy").asText())
          .isEqualTo("keep");
      assertThat(config.at("/metadata/labels/app.kubernetes.io~1component").asText())
          .isEqualTo("config");
      assertThat(nameOf(config)).matches("web-sluice-[0-9a-f]{10}");
    }
    assertThat(nameOf(again.configMap())).isEqualTo(nameOf(first.configMap()));
    assertThat(nameOf(other.configMap())).isNotEqualTo(nameOf(first.configMap()));
    assertThat(other.sluiceYaml()).contains("max-channels: 7");
  }

  @Test
  void whereNodesTakeAChangeOverThereIsOneConfigurationThatChanges() throws Exception {
    String staying = "restartOnConfigChange: false\n";
    JsonNode first = helm.render(staying).configMap();
    Rendered other = helm.render(staying + "config: {edge: {max-channels: 7}}\n");
    for (JsonNode config : List.of(first, other.configMap())) {
      assertThat(nameOf(config)).isEqualTo("web-sluice");
      assertThat(config.has("immutable")).isFalse();
      assertThat(config.at("/metadata/annotations").isMissingNode()).isTrue();
    }
    assertThat(other.one("Deployment").at("/spec/template"))
        .as("pods are not replaced")
        .isEqualTo(helm.render(staying).one("Deployment").at("/spec/template"));
    assertThat(other.sluiceYaml()).contains("max-channels: 7");
  }

  private static String nameOf(JsonNode resource) {
    return resource.at("/metadata/name").asText();
  }

  /// Values, and the key that the refusal names.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.redis.uri | config: {redis: {uri: 'redis://:hunter2@redis:6379'}}",
        "config.redis.uri | config: {redis: {uri: 'redis://a:1,redis://me:hunter2@b:1', cluster: true}}",
        "config.redis.sentinel-password | config: {redis: {sentinel-password: hunter2}}",
        "config.kafka.properties.sasl.jaas.config | config: {kafka: {properties: {sasl.jaas.config: 'It required password=hunter2;'}}}",
        "config.kafka.properties.sasl.jaas.config | config: {kafka: {properties: {sasl: {jaas: {config: hunter2}}}}}",
        "config.kafka.properties.ssl.keystore.key | config: {kafka: {properties: {ssl.keystore.key: hunter2}}}",
        "config.kafka.properties.ssl.key.password | config: {kafka: {properties: {ssl: {key.password: hunter2}}}}",
        "config.kafka.properties.ssl.keystore.password | config: {kafka: {properties: {ssl.keystore.password: 'file://hunter2'}}}",
        "config.kafka.properties.sasl.oauthbearer.client.credentials.client.secret | config: {kafka: {properties: {sasl.oauthbearer.client.credentials.client.secret: hunter2}}}",
        "config.api.key | {config: {api: {key: hunter2}}, secrets: {api.key: null}}",
        "config.api.second-key | config: {api: {second-key: hunter2}}",
        "config.tokens.hmac-secret | {config: {tokens: {hmac-secret: hunter2}}, secrets: {tokens.hmac-secret: null}}",
        "config.tokens.second-hmac-secret | config: {tokens: {second-hmac-secret: hunter2}}",
        "env: SLUICE_API_SECOND_KEY | env: [{name: SLUICE_API_SECOND_KEY, value: hunter2}]",
        "env: SLUICE_REDIS_URI | env: [{name: SLUICE_REDIS_URI, value: 'redis://:hunter2@redis:6379'}]",
        "env: SLUICE_KAFKA_PROPERTIES_SSL_KEY_PASSWORD | env: [{name: SLUICE_KAFKA_PROPERTIES_SSL_KEY_PASSWORD, value: hunter2}]"
      })
  void aSecretIsRefusedByTheNameOfItsKeyAndNotShown(String named) throws Exception {
    String[] parts = named.split(" \\| ", 2);
    Helm.Answer answer = helm.template(parts[1] + "\n");
    assertThat(answer.exit()).as(answer::toString).isNotZero();
    assertThat(String.join("\n", answer.err()))
        .contains(parts[0] + ": ", "below secrets")
        .doesNotContain(SECRET);
    assertThat(String.join("\n", answer.out())).doesNotContain(SECRET);
  }

  /// References, and values that only look like secrets.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "config: {redis: {uri: 'redis://redis:6379'}}",
        "config: {redis: {uri: 'env:REDIS_URI'}}",
        "config: {kafka: {properties: {sasl.jaas.config: 'file:/vault/secrets/jaas'}}}",
        "config: {kafka: {properties: {security.protocol: SSL, key.serializer: a.B, ssl.keystore.location: /tls/node.p12}}}",
        "config: {edge: {tls: {certificate: /tls/tls.crt, key: /tls/tls.key}}}",
        "config: {namespaces: {orders: {topic: orders, key: long}}}",
        "env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: redis, key: password}}}, {name: SLUICE_REDIS_URI, value: 'redis://:$(PASSWORD)@redis:6379'}]",
        "env: [{name: SLUICE_REDIS_URI, valueFrom: {secretKeyRef: {name: redis, key: uri}}}]"
      })
  void whatIsNoSecretIsTaken(String values) throws Exception {
    Helm.Answer answer = helm.template(values + "\n");
    assertThat(answer.exit()).as(answer::toString).isZero();
  }
}
