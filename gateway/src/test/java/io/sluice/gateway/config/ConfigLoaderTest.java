package io.sluice.gateway.config;

import static io.sluice.gateway.config.Configured.NEEDED;
import static io.sluice.gateway.config.Configured.namespace;
import static io.sluice.gateway.config.Configured.parse;
import static io.sluice.gateway.config.Configured.problems;
import static io.sluice.gateway.config.Configured.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.ByteSize;
import io.sluice.broker.Isolation;
import io.sluice.broker.KeyCodec;
import io.sluice.broker.Mode;
import io.sluice.broker.Partitioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigLoaderTest {
  @Test
  void defaultsStandWhenAFileSaysNothing() {
    GatewayConfig config = parse("");

    assertThat(config.edge().port()).isEqualTo(8000);
    assertThat(config.edge().maxMessage()).isEqualTo(ByteSize.kib(64));
    assertThat(config.edge().pingInterval()).isEqualTo(Duration.ofSeconds(25));
    assertThat(config.api().host()).isEqualTo("127.0.0.1");
    assertThat(config.kafka().replicationFactor()).isEqualTo((short) -1);
    assertThat(config.kafka().properties()).isEmpty();
    assertThat(config.redis().uri()).isEmpty();
    assertThat(config.namespaces()).containsOnlyKeys("default");
    assertThat(config.namespaces().get("default")).isEqualTo(NamespaceConfig.of("sluice.default"));
  }

  @Test
  void everyKindOfValueIsRead() {
    GatewayConfig config =
        parse(
            """
            edge:
              echo: true
              max-message: 1 MiB
              connect-timeout: 500ms
              allowed-origins: ["https://a.example", "http://localhost:*", loopback]
            window.age: 1h
            kafka: {replication-factor: 3}
            namespaces:
              orders_1:
                topic: orders
                key: long
                partitioner: crc32
                isolation: read_uncommitted
                keyless: "0"
                join-leave: true
                publish: subscribers
            """);

    assertThat(config.edge().echo()).isTrue();
    assertThat(config.edge().maxMessage()).isEqualTo(ByteSize.mib(1));
    assertThat(config.edge().connectTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.edge().allowedOrigins())
        .containsExactly("https://a.example", "http://localhost:*", "loopback");
    assertThat(config.window().age()).isEqualTo(Duration.ofHours(1));
    assertThat(config.kafka().replicationFactor()).isEqualTo((short) 3);
    assertThat(config.namespaces()).containsOnlyKeys("orders_1");
    NamespaceConfig orders = namespace(config, "orders_1");
    assertThat(orders.key()).isEqualTo(KeyCodec.LONG);
    assertThat(orders.partitioner()).isEqualTo(Partitioner.CRC32);
    assertThat(orders.isolation()).isEqualTo(Isolation.READ_UNCOMMITTED);
    assertThat(orders.keyless()).contains("0");
    assertThat(orders.joinLeave()).isTrue();
    assertThat(orders.publish()).isEqualTo(Access.SUBSCRIBERS);
    assertThat(orders.binding("orders_1").namespace()).isEqualTo("orders_1");
  }

  @Test
  void newestValuesAreKeptWhereANamespaceSaysSo() {
    GatewayConfig config =
        parse(
            "{window.last-values: 2MiB, namespaces: {a: {topic: a, mode: state}, b: {topic: b, last-value: true}}}");
    assertThat(config.window().lastValues()).isEqualTo(ByteSize.mib(2));
    assertThat(namespace(config, "a").binding("a").mode()).isEqualTo(Mode.STATE);
    assertThat(namespace(config, "a").lastValue()).isFalse();
    assertThat(namespace(config, "b").binding("b").lastValue()).isTrue();
    assertThat(namespace(config, "b").mode()).isEqualTo(Mode.LOG);

    assertThat(
            problems(
                "{window.last-values: 10KiB, namespaces: {a: {topic: a, mode: stat}, b: {topic: b, last-value: newest}}}",
                NEEDED))
        .containsExactlyInAnyOrder(
            "window.last-values: 10KiB is not between 1MiB and 1024GiB",
            "namespaces.a.mode: 'stat' is none of log, state",
            "namespaces.b.last-value: 'newest' is neither true nor false");
  }

  @Test
  void kafkaPropertiesAreNestedDottedOrFromTheEnvironment() {
    GatewayConfig config =
        ConfigLoader.parse(
            """
            kafka:
              properties:
                security: {protocol: SASL_SSL}
                "ssl.truststore.location": /etc/trust.pem
                ssl:
                  truststore.type: PEM
                ssl.endpoint.identification.algorithm: ""
                sasl.jaas.config: 'x.Y required password="${not} ~1 resolved";'
                metric.reporters: [a.B, c.D]
            kafka.properties.client.rack: r1
            """,
            with("SLUICE_KAFKA_PROPERTIES_SASL_MECHANISM", "SCRAM-SHA-512"),
            Map.of("sluice.kafka.properties.metadata.max.age.ms", "5000"));

    assertThat(config.kafka().properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "security.protocol", "SASL_SSL",
                "ssl.truststore.location", "/etc/trust.pem",
                "ssl.truststore.type", "PEM",
                "ssl.endpoint.identification.algorithm", "",
                "sasl.jaas.config", "x.Y required password=\"${not} ~1 resolved\";",
                "metric.reporters", "a.B,c.D",
                "client.rack", "r1",
                "sasl.mechanism", "SCRAM-SHA-512",
                "metadata.max.age.ms", "5000"));
  }

  @Test
  void kafkaPropertiesThatPromisesRestOnCannotBeSet() {
    assertThat(problems("kafka.properties: {acks: 1, auto.offset.reset: latest}", NEEDED))
        .containsExactlyInAnyOrder(
            "kafka.properties.acks: cannot be set (an acknowledged publish is on all in-sync"
                + " replicas)",
            "kafka.properties.auto.offset.reset: cannot be set (a silent jump would lose"
                + " publications)");
  }

  @Test
  void whatHasNoDefaultIsMissed() {
    assertThat(problems("", Map.of()))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("kafka.bootstrap-servers: is not set"),
            p -> assertThat(p).startsWith("api.key: is not set"),
            p -> assertThat(p).startsWith("tokens: nobody could connect"));
  }

  @Test
  void theAddressToldToOthersSaysWhetherItIsTls() {
    EdgeConfig plain = parse("edge.host: \"::1\"").edge();
    EdgeConfig secure = parse("edge: {tls: {certificate: /c.pem, key: /k.pem}}").edge();
    assertThat(plain.advertised(8000)).isEqualTo("ws://[::1]:8000");
    assertThat(secure.advertised(8443)).isEqualTo("wss://127.0.0.1:8443");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          - a                              | the file is not a YAML mapping of keys to values
          just text                        | the file is not a YAML mapping of keys to values
          {edge: {port: 1}, edge: {}}      | the file is not YAML: found duplicate key edge, line 1, column 19
          {api.key: sesame, x: [           | the file is not YAML: expected the node content, but found '<stream end>', line 1, column 23
          """)
  void aFileThatIsNoMappingIsRefusedWithoutQuotingIt(String yaml, String problem) {
    assertThat(problems(yaml, NEEDED)).containsExactly(problem);
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("none.yaml");

    assertThatThrownBy(() -> ConfigLoader.load(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void emptySectionsAreNothing() {
    assertThat(parse("edge:\nkafka:\n  properties:\nnamespaces:\n  default:\n"))
        .isEqualTo(parse(""));
  }
}
