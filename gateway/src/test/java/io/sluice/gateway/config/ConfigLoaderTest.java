package io.sluice.gateway.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.broker.ByteSize;
import io.sluice.broker.Isolation;
import io.sluice.broker.KeyCodec;
import io.sluice.broker.Mode;
import io.sluice.broker.Partitioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigLoaderTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  /// What every configuration needs, given by the environment so that files can be about one thing.
  private static final Map<String, String> NEEDED =
      Map.of(
          "SLUICE_KAFKA_BOOTSTRAP_SERVERS",
          "kafka:9092",
          "SLUICE_API_KEY",
          "k-1",
          "SLUICE_TOKENS_HMAC_SECRET",
          SECRET);

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
  void environmentWinsOverFileAndSystemPropertiesOverBoth() {
    String file = "edge: {port: 1, max-channels: 1, loops: 1}";
    GatewayConfig config =
        ConfigLoader.parse(
            file,
            with("SLUICE_EDGE_PORT", "2", "SLUICE_EDGE_MAX_CHANNELS", "2", "PATH", "/bin"),
            Map.of("sluice.edge.port", "3", "java.version", "25"));

    assertThat(config.edge().port()).isEqualTo(3);
    assertThat(config.edge().maxChannels()).isEqualTo(2);
    assertThat(config.edge().loops()).isEqualTo(1);
  }

  @Test
  void listsInTheEnvironmentAreSeparatedByCommasAndReplaceTheFiles() {
    GatewayConfig config =
        ConfigLoader.parse(
            "edge: {allowed-origins: [\"https://old.example\"]}",
            with("SLUICE_EDGE_ALLOWED_ORIGINS", "https://a.example, https://b.example"),
            Map.of());

    assertThat(config.edge().allowedOrigins())
        .containsExactly("https://a.example", "https://b.example");
  }

  @Test
  void environmentReachesNamespacesWhateverTheirNamesForm() {
    GatewayConfig config =
        ConfigLoader.parse(
            "namespaces: {Big-Orders: {topic: orders}}",
            with(
                "SLUICE_NAMESPACES_BIG_ORDERS_JOIN_LEAVE", "true",
                "SLUICE_NAMESPACES_NEW_ONE_TOPIC", "new"),
            Map.of());

    assertThat(config.namespaces()).containsOnlyKeys("Big-Orders", "new_one");
    assertThat(namespace(config, "Big-Orders").joinLeave()).isTrue();
    assertThat(namespace(config, "new_one").topic()).isEqualTo("new");
  }

  @Test
  void aVariableThatMeansTwoNamespacesIsRefused() {
    List<String> problems =
        problems(
            "namespaces: {a-b: {topic: x}, a_b: {topic: y}}",
            with("SLUICE_NAMESPACES_A_B_HISTORY", "false"));

    assertThat(problems)
        .containsExactly("SLUICE_NAMESPACES_A_B_HISTORY: means namespaces a-b and a_b alike");
  }

  @Test
  void everyKeyHasAnEnvironmentNameOfItsOwn() {
    EnvironmentNames names = new EnvironmentNames(ConfigLoader.keys(), List.of());

    for (String key : ConfigLoader.keys()) {
      String name =
          "SLUICE_" + key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
      assertThat(names.keyOf(name)).as(name).contains(key);
    }
  }

  @Test
  void variablesOfKubernetesServicesAreNotSettings() {
    GatewayConfig config =
        ConfigLoader.parse(
            "",
            with(
                "SLUICE_SERVICE_HOST", "10.0.0.1",
                "SLUICE_SERVICE_PORT", "8000",
                "SLUICE_PORT", "tcp://10.0.0.1:8000",
                "SLUICE_PORT_8000_TCP_ADDR", "10.0.0.1",
                "SLUICE_EDGE_SERVICE_PORT_WS", "8000",
                "SLUICE_EDGE_PORT", "tcp://10.0.0.1:8000"),
            Map.of());

    assertThat(config.edge().port()).isEqualTo(8000);
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
  void whatHasNoDefaultIsMissed() {
    assertThat(problems("", Map.of()))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("kafka.bootstrap-servers: is not set"),
            p -> assertThat(p).startsWith("api.key: is not set"),
            p -> assertThat(p).startsWith("tokens: nobody could connect"));
  }

  @Test
  void allProblemsAreListedTogetherWithKeyValueAndNearestKey() {
    List<String> problems =
        problems(
            """
            edge: {prot: 8000, port: 70000, pong-timeout: 30s, echo: maybe}
            egde: {host: x}
            kafka: {partitions: many}
            window: {bytes: 1 parsec}
            namespaces:
              a: {topic: t, partitionr: crc32, key: utf8}
              b: {topic: t, recovery: true, positions: false}
              "c d": {topic: u, subscribe: subscribers}
              f: {topic: f, personal: true, keyless: news}
              e: {}
            """,
            with("SLUICE_EDGE_LOOPS", "2000", "SLUICE_EDGE_PROT", "1"));

    assertThat(problems)
        .containsExactlyInAnyOrder(
            "SLUICE_EDGE_PROT: unknown environment variable (value '1'); the nearest known one is"
                + " SLUICE_EDGE_PORT",
            "edge.port: 70000 is not between 0 and 65535",
            "edge.pong-timeout: 30s is not below edge.ping-interval, 25s",
            "edge.echo: 'maybe' is neither true nor false",
            "edge.loops: 2000 is not between 0 and 1024 (set by SLUICE_EDGE_LOOPS)",
            "kafka.partitions: 'many' is not a whole number",
            "window.bytes: '1 parsec' is not a size (such as 64KiB or 1MiB)",
            "namespaces.a.key: 'utf8' is none of text, long, uuid",
            "namespaces.b.recovery: true needs positions: true",
            "namespaces.c d.subscribe: 'subscribers' is a circle; nobody could be the first",
            "namespaces.f.personal: true needs subscribe: nobody, or users could read what is for"
                + " others",
            "namespaces.f.personal: true goes with no keyless: a user may be called 'news'",
            "namespaces.e.topic: is not set; it names a Kafka topic",
            "edge.prot: unknown key (value '8000'); the nearest known key is edge.port",
            "egde.host: unknown key (value 'x'); the nearest known key is edge.host",
            "namespaces.a.partitionr: unknown key (value 'crc32'); the nearest known key is"
                + " namespaces.a.partitioner");
  }

  @Test
  void whenANodeIsNotReadyAndWhenItEndsIsChecked() {
    GatewayConfig config = parse("{kafka: {ready-grace: 0s}, watchdog.exit-after: 0s}");
    assertThat(config.kafka().readyGrace()).isZero();
    assertThat(config.kafka().readyLag()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.watchdog().stall()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.watchdog().exitAfter()).isZero();
    assertThat(parse("node.snapshot-dir: /var/lib/sluice").node().snapshotDir())
        .isEqualTo("/var/lib/sluice");

    assertThat(problems("{kafka.ready-lag: 1s, watchdog: {stall: 10s, exit-after: 10s}}", NEEDED))
        .containsExactlyInAnyOrder(
            "kafka.ready-lag: 1s is not between 10s and 365d",
            "watchdog.exit-after: 10s is not above watchdog.stall, 10s");
    assertThat(problems("watchdog.stall: 100ms", NEEDED))
        .containsExactly("watchdog.stall: 100ms is not between 500ms and 10m");
  }

  @Test
  void twoNamespacesOnOneTopicAreRefused() {
    assertThat(problems("namespaces: {a: {topic: t}, b: {topic: t}}", NEEDED))
        .containsExactly(
            "namespaces.b.topic: 't' is the topic of namespaces.a too; a topic belongs to one"
                + " namespace");
  }

  @Test
  void relationsAcrossSectionsAreChecked() {
    assertThat(
            problems(
                """
                edge: {port: 7000, max-channel-length: 10}
                api: {port: 7000}
                namespaces:
                  a: {topic: sluice.control}
                  b: {topic: t, keyless: far-too-long}
                  default: {keyless: "a:b"}
                """,
                NEEDED))
        .containsExactlyInAnyOrder(
            "api.port: 7000 is edge.port too",
            "namespaces.a.topic: 'sluice.control' is one of Sluice's own topics",
            "namespaces.b.keyless: a channel's name of 14 characters is longer than 10",
            "namespaces.default.keyless: a name in 'default' has no ':': 'a:b'");
  }

  @Test
  void limitsOfPeersAreChecked() {
    assertThat(
            problems(
                """
                edge:
                  max-header-count: 0
                  commands-per-second: 0
                  max-connections-per-user: -1
                  max-connections-per-address: -1
                  handshakes-per-second: -1
                  handshake-burst: 0
                  max-turned-away: 20000
                  max-pending-per-address: 20001
                  limit-loopback: perhaps
                """,
                NEEDED))
        .containsExactlyInAnyOrder(
            "edge.limit-loopback: 'perhaps' is neither true nor false",
            "edge.max-header-count: 0 is not between 1 and 10000",
            "edge.commands-per-second: 0 is not between 1 and 1000000",
            "edge.max-connections-per-user: -1 is not between 0 and 10000000",
            "edge.max-connections-per-address: -1 is not between 0 and 10000000",
            "edge.handshakes-per-second: -1 is not between 0 and 1000000",
            "edge.handshake-burst: 0 is not between 1 and 1000000",
            "edge.max-turned-away: 20000 is not below edge.max-pending, 20000",
            "edge.max-pending-per-address: 20001 is above edge.max-pending, 20000");
    assertThat(problems("edge: {command-burst: 128, loops: 9999}", NEEDED))
        .containsExactlyInAnyOrder(
            "edge.command-burst: 128 does not take a connect and edge.max-channels, 128",
            "edge.loops: 9999 is not between 0 and 1024");
  }

  @Test
  void socketsAreChecked() {
    assertThat(
            problems(
                "edge: {io: kqueue, allocator: unpooled, send-buffer: 1KiB, unsent: 1GiB}", NEEDED))
        .containsExactlyInAnyOrder(
            "edge.io: 'kqueue' is none of auto, epoll, nio, io_uring",
            "edge.allocator: 'unpooled' is none of pooled, adaptive",
            "edge.send-buffer: 1KiB is neither 0 nor between 4KiB and 64MiB",
            "edge.unsent: 1GiB is neither 0 nor between 4KiB and 64MiB");
    SocketConfig kernels =
        parse("edge: {io: io_uring, send-buffer: 0, unsent: 0}").edge().sockets();
    assertThat(kernels.io()).isEqualTo(SocketConfig.Io.IO_URING);
    assertThat(kernels.sendBuffer()).isEqualTo(new ByteSize(0));
  }

  @Test
  void sharedBoundsAreChecked() {
    assertThat(
            problems("{edge: {outbox: 1MiB, outboxes: 512KiB}, kafka.fetch-bytes: 1KiB}", NEEDED))
        .containsExactlyInAnyOrder(
            "edge.outboxes: 512KiB does not take one edge.outbox, 1MiB",
            "kafka.fetch-bytes: 1KiB is not between 1MiB and 1GiB");
    assertThat(
            problems(
                "kafka.properties: {fetch.max.bytes: 1, max.partition.fetch.bytes: 1}", NEEDED))
        .containsExactlyInAnyOrder(
            "kafka.properties.fetch.max.bytes: cannot be set (use kafka.fetch-bytes)",
            "kafka.properties.max.partition.fetch.bytes: cannot be set (use kafka.fetch-bytes)");
  }

  @Test
  void proxiesAndCertificatesAreChecked() {
    assertThat(
            problems(
                """
                edge:
                  proxy-protocol: required
                  tls: {certificate: /c.pem, reload: 1ms}
                """,
                NEEDED))
        .containsExactlyInAnyOrder(
            "edge.trusted-proxies: is empty; with edge.proxy-protocol: required nobody could"
                + " connect",
            "edge.tls: certificate '/c.pem' and key '' are set both or not at all",
            "edge.tls.reload: 1ms is not between 100ms and 365d");
    assertThat(
            problems(
                "edge: {proxy-protocol: maybe, trusted-proxies: [10.0.0.0/33, example.org, \"::/0\"]}",
                NEEDED))
        .containsExactlyInAnyOrder(
            "edge.proxy-protocol: 'maybe' is none of off, required",
            "edge.trusted-proxies: '10.0.0.0/33' is not of the form 10.0.0.0/8 or 2001:db8::/32",
            "edge.trusted-proxies: 'example.org' is not of the form 10.0.0.0/8 or 2001:db8::/32");
    assertThat(parse("edge.proxy-protocol: off")).as("YAML reads false").isEqualTo(parse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.128.0.0/9, 10.127.255.255, false",
    "10.128.0.0/9, 10.128.0.0, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "0.0.0.0/0, 192.0.2.6, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::1/128, ::1, true",
  })
  void rangesOfAddresses(String range, String address, boolean contained) {
    assertThat(Cidr.parse(range).orElseThrow().contains(java.net.InetAddress.ofLiteral(address)))
        .isEqualTo(contained);
  }

  @Test
  void theAddressToldToOthersSaysWhetherItIsTls() {
    EdgeConfig plain = parse("edge.host: \"::1\"").edge();
    EdgeConfig secure = parse("edge: {tls: {certificate: /c.pem, key: /k.pem}}").edge();
    assertThat(plain.advertised(8000)).isEqualTo("ws://[::1]:8000");
    assertThat(secure.advertised(8443)).isEqualTo("wss://127.0.0.1:8443");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x y", "über", "a/b"})
  void namesOfNamespacesAreLettersDigitsAndDashes(String name) {
    assertThat(problems("namespaces: {\"%s\": {topic: t}}".formatted(name), NEEDED))
        .singleElement()
        .asString()
        .contains("'" + name + "' is no namespace's name");
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
  void pingsThatAdaptStayBetweenTheirBounds() {
    assertThat(parse("edge.ping-interval: 40s").edge().pingIntervalMax())
        .as("off, unless it is asked for")
        .isEqualTo(parse("edge.ping-interval: 40s").edge().pingIntervalMin())
        .isEqualTo(Duration.ofSeconds(40));
    assertThat(
            problems(
                "edge: {ping-strikes: 0, write-timeout: 0s, ping-interval-min: 5s, ping-interval-max: 20s}",
                NEEDED))
        .containsExactly(
            "edge.write-timeout: 0s is not between 1ms and 365d",
            "edge.ping-strikes: 0 is not between 1 and 100",
            "edge.ping-interval-min: 5s is not above edge.pong-timeout, 8s",
            "edge.ping-interval: 25s is not between edge.ping-interval-min, 5s, and edge.ping-interval-max, 20s");
  }

  @Test
  void boundsOfLoadAndAgesAreOffOrSane() {
    assertThat(parse("shed: {loop-lag: 0s, memory: 0}").shed().memory()).isZero();
    assertThat(parse("edge.max-connection-age: 1h").edge().maxConnectionAge())
        .isEqualTo(Duration.ofHours(1));
    assertThat(problems("shed: {loop-lag: 500d, memory: 101}", NEEDED))
        .containsExactly(
            "shed.loop-lag: 500d is not between 0s and 365d",
            "shed.memory: 101 is not between 0 and 100");
    assertThat(problems("edge.max-connection-age: 500ms", NEEDED))
        .containsExactly("edge.max-connection-age: 500ms is neither 0s nor at least 1s");
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

  private static NamespaceConfig namespace(GatewayConfig config, String name) {
    return requireNonNull(config.namespaces().get(name));
  }

  private static GatewayConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, NEEDED, Map.of());
  }

  private static List<String> problems(String yaml, Map<String, String> env) {
    return catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.parse(yaml, env, Map.of()))
        .problems();
  }

  private static Map<String, String> with(String... pairs) {
    Map<String, String> env = new HashMap<>(NEEDED);
    for (int i = 0; i < pairs.length; i += 2) {
      env.put(pairs[i], pairs[i + 1]);
    }
    return env;
  }
}
