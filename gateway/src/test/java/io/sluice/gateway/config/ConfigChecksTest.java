package io.sluice.gateway.config;

import static io.sluice.gateway.config.Configured.NEEDED;
import static io.sluice.gateway.config.Configured.parse;
import static io.sluice.gateway.config.Configured.problems;
import static io.sluice.gateway.config.Configured.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What cannot work is refused, with the key, the value and the limit.
final class ConfigChecksTest {
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
            "edge.loops: 2000 is not between 0 and 64 (set by SLUICE_EDGE_LOOPS)",
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
  void whereSpansGoAndHowManyIsChecked() {
    assertThat(parse("").tracing().isOn()).isFalse();
    assertThat(parse("tracing.endpoint: http://collector:4318").tracing().url())
        .isEqualTo("http://collector:4318/v1/traces");
    assertThat(parse("tracing.endpoint: http://collector:4318/").tracing().url())
        .isEqualTo("http://collector:4318/v1/traces");
    assertThat(parse("tracing: {endpoint: \"https://c/otlp\", sample: 1}").tracing())
        .satisfies(tracing -> {
          assertThat(tracing.url()).isEqualTo("https://c/otlp");
          assertThat(tracing.sample()).isEqualTo(1);
        });
    assertThat(
            problems(
                "tracing: {endpoint: \"collector:4317\", sample: 1.5, max-per-second: 0}", NEEDED))
        .containsExactlyInAnyOrder(
            "tracing.endpoint: 'collector:4317' is not of the form http://HOST:PORT or https://HOST:PORT/PATH",
            "tracing.sample: 1.5 is not between 0 and 1",
            "tracing.max-per-second: 0 is not between 1 and 10000");
    assertThat(problems("tracing: {sample: some}", NEEDED))
        .containsExactly("tracing.sample: 'some' is not a number (such as 0.01)");
    assertThat(problems("tracing.endpoint: http://me:secret@collector", NEEDED))
        .containsExactly(
            "tracing.endpoint: 'http://***@collector' is not of the form http://HOST:PORT or https://HOST:PORT/PATH");
    assertThat(problems("tracing.endpoint: \"me:secret@collector:4318?key=secret\"", NEEDED))
        .containsExactly(
            "tracing.endpoint: '***@collector:4318?***' is not of the form http://HOST:PORT or https://HOST:PORT/PATH");
    assertThat(parse("").metrics().isSent()).isFalse();
    assertThat(parse("").metrics().otlpProtocol()).isEqualTo(OtlpProtocol.HTTP_PROTOBUF);
    assertThat(parse("metrics.otlp-endpoint: http://c:4318").metrics().url())
        .isEqualTo("http://c:4318/v1/metrics");
    assertThat(problems("metrics: {otlp-endpoint: grpc, otlp-interval: 0s}", NEEDED))
        .containsExactly(
            "metrics.otlp-endpoint: 'grpc' is not of the form http://HOST:PORT or https://HOST:PORT/PATH",
            "metrics.otlp-interval: 0s is not between 1s and 1h");
  }

  @Test
  void overGrpcAnEndpointHasAPortAndNoPath() {
    assertThat(parse("").tracing().protocol()).isEqualTo(OtlpProtocol.HTTP_PROTOBUF);
    assertThat(parse("tracing: {endpoint: \"http://c:4317\", protocol: grpc}").tracing())
        .satisfies(tracing -> {
          assertThat(tracing.protocol()).isEqualTo(OtlpProtocol.GRPC);
          assertThat(tracing.url()).isEqualTo("http://c:4317");
        });
    assertThat(parse("tracing: {endpoint: \"https://[::1]:443/\", protocol: grpc}").tracing().url())
        .isEqualTo("https://[::1]:443");
    assertThat(
            parse("metrics: {otlp-endpoint: \"http://c:4317/\", otlp-protocol: grpc}")
                .metrics()
                .url())
        .isEqualTo("http://c:4317");
    for (String refused :
        List.of("http://c:4318/v1/traces", "http://c", "c:4317", "http://c:0", "http://c:65536")) {
      assertThat(problems("tracing: {endpoint: \"%s\", protocol: grpc}".formatted(refused), NEEDED))
          .containsExactly(
              "tracing.endpoint: '%s' is not of the form http://HOST:PORT or https://HOST:PORT, without a path, as grpc wants it"
                  .formatted(refused));
    }
    assertThat(problems("tracing.protocol: http/json", NEEDED))
        .containsExactly("tracing.protocol: 'http/json' is none of http/protobuf, grpc");
    assertThat(problems("metrics: {otlp-endpoint: \"http://c\", otlp-protocol: grpc}", NEEDED))
        .containsExactly(
            "metrics.otlp-endpoint: 'http://c' is not of the form http://HOST:PORT or https://HOST:PORT, without a path, as grpc wants it");
    assertThat(problems("metrics.otlp-protocol: tcp", NEEDED))
        .containsExactly("metrics.otlp-protocol: 'tcp' is none of http/protobuf, grpc");
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
            "edge.loops: 9999 is not between 0 and 64");
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

  @ParameterizedTest
  @ValueSource(strings = {"x y", "über", "a/b"})
  void namesOfNamespacesAreLettersDigitsAndDashes(String name) {
    assertThat(problems("namespaces: {\"%s\": {topic: t}}".formatted(name), NEEDED))
        .singleElement()
        .asString()
        .contains("'" + name + "' is no namespace's name");
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
}
