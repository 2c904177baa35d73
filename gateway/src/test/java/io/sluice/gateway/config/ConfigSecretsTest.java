package io.sluice.gateway.config;

import static io.sluice.gateway.config.Configured.NEEDED;
import static io.sluice.gateway.config.Configured.SECRET;
import static io.sluice.gateway.config.Configured.problems;
import static io.sluice.gateway.config.Configured.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values that are never shown, and may stand elsewhere.
final class ConfigSecretsTest {
  @Test
  void secretsMayStandInFilesAndInTheEnvironment(@TempDir Path folder) throws IOException {
    Path jaas = Files.writeString(folder.resolve("jaas"), "x.Y required;\n");
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\r\n");
    GatewayConfig config =
        ConfigLoader.parse(
            """
            api.key: env:MY_KEY
            redis.uri: env:MY_REDIS
            tokens.hmac-secret: file:%s
            kafka.bootstrap-servers: kafka:9092
            kafka.properties:
              sasl.jaas.config: file:%s
              sasl.oauthbearer.jwks.endpoint.url: file:///etc/jwks.json
            """
                .formatted(secret, jaas),
            Map.of("MY_KEY", "k-2", "MY_REDIS", "redis://:pw@r:6379"),
            Map.of());

    assertThat(config.api().key()).isEqualTo("k-2");
    assertThat(config.redis().uri()).isEqualTo("redis://:pw@r:6379");
    assertThat(config.tokens().hmacSecret()).isEqualTo(SECRET);
    assertThat(config.kafka().properties())
        .containsEntry("sasl.jaas.config", "x.Y required;")
        .containsEntry("sasl.oauthbearer.jwks.endpoint.url", "file:///etc/jwks.json");
  }

  @Test
  void referencesThatLeadNowhereAreProblems(@TempDir Path folder) throws IOException {
    Path empty = Files.writeString(folder.resolve("empty"), "\n");
    List<String> problems =
        problems(
            """
            redis.uri: env:NOT_SET
            kafka.properties:
              a: file:/no/such/file
              b: file:relative
              c: file:%s
            """
                .formatted(empty),
            NEEDED);

    assertThat(problems).hasSize(4);
    assertThat(problems)
        .anyMatch(p -> p.startsWith("redis.uri: 'env:NOT_SET' refers to an environment variable"))
        .anyMatch(p -> p.startsWith("kafka.properties.a: 'file:/no/such/file' refers to a file"))
        .anyMatch(p -> p.equals("kafka.properties.b: 'file:relative' needs an absolute path"))
        .anyMatch(p -> p.endsWith("refers to an empty file"));
  }

  @Test
  void secretsAreNeitherInMessagesNorInTheEffectiveConfiguration() {
    String secret = "s3cr3t-".repeat(6);
    assertThat(
            String.join(
                "\n",
                problems(
                    "{api.kay: %1$s, tokens.secret: %1$s, redis.uri: \"http://:%1$s@h\"}"
                        .formatted(secret),
                    with("SLUICE_TOKEN_HMAC_SECRET", secret, "SLUICE_API_KEY", secret + " ü"))))
        .doesNotContain("s3cr3t");

    GatewayConfig config =
        ConfigLoader.parse(
            """
            redis.uri: redis://user:%1$s@r:6379/1
            kafka.properties:
              security.protocol: SASL_SSL
              sasl.jaas.config: %1$s
              ssl.keystore.password: %1$s
              my.plugin.thing: %1$s
            """
                .formatted(secret),
            with("SLUICE_API_KEY", secret, "SLUICE_TOKENS_HMAC_SECRET", secret),
            Map.of());
    assertThat(config.effective())
        .doesNotContain("s3cr3t")
        .contains("api.key: ***")
        .contains("tokens.hmac-secret: ***")
        .contains("redis.uri: redis://***@r:6379/1")
        .contains("kafka.properties.security.protocol: SASL_SSL")
        .contains("kafka.properties.my.plugin.thing: ***");
    assertThat(config.toString()).doesNotContain("s3cr3t");
  }

  /// They are watched, so that a secret that is exchanged is taken over.
  @Test
  void filesOfSecretsAreKnownWhereverTheyAreNamed() {
    assertThat(
            ConfigLoader.secretFiles(
                """
                api.key: "file:/run/with a blank"
                kafka.properties:
                  sasl.jaas.config: file:/run/jaas
                  sasl.oauthbearer.jwks.endpoint.url: file:///etc/jwks.json
                redis.uri: file:relative
                """,
                Map.of("SLUICE_TOKENS_HMAC_SECRET", "file:/run/hmac", "OTHER", "file:/run/other"),
                Map.of("sluice.tokens.jwks", "file:/run/jwks", "other", "file:/run/other")))
        .containsExactly(
            Path.of("/run/hmac"),
            Path.of("/run/jaas"),
            Path.of("/run/jwks"),
            Path.of("/run/with a blank"));
    assertThat(
            ConfigLoader.secretFiles("- no mapping", Map.of("SLUICE_API_KEY", "file:/a"), Map.of()))
        .containsExactly(Path.of("/a"));
  }
}
