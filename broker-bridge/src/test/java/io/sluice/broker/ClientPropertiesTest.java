package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {
  private static final PublishSettings PUBLISH =
      new PublishSettings(
          100,
          ByteSize.mib(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofSeconds(2));

  @Test
  void consumerReadsFromWhereItIsToldAndInNoGroup() {
    Map<String, Object> p =
        of(Map.of()).consumer("tailer-0", Isolation.READ_COMMITTED, ByteSize.mib(16));
    assertThat(p)
        .containsEntry("bootstrap.servers", "127.0.0.1:9092")
        .containsEntry("client.id", "sluice-n1-tailer-0")
        .containsEntry("auto.offset.reset", "none")
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("allow.auto.create.topics", false)
        .containsEntry("enable.auto.commit", false)
        .containsEntry("request.timeout.ms", 5_000)
        .containsEntry("metadata.max.age.ms", 10_000)
        .containsEntry("fetch.min.bytes", 1)
        .containsEntry("fetch.max.bytes", 16 << 20)
        .doesNotContainKey("group.id");
    assertThatCode(() -> new ConsumerConfig(p)).doesNotThrowAnyException();
  }

  @Test
  void whoReadsOnceDoesNotWaitLongForAFetchWhenItIsClosed() {
    Map<String, Object> p =
        of(Map.of()).brief("sample", Isolation.READ_COMMITTED, ByteSize.mib(16));
    assertThat(p)
        .containsEntry("fetch.max.wait.ms", 20)
        .containsAllEntriesOf(
            of(Map.of()).consumer("sample", Isolation.READ_COMMITTED, ByteSize.mib(16)));
    assertThatCode(() -> new ConsumerConfig(p)).doesNotThrowAnyException();
  }

  @Test
  void namespaceDecidesTheIsolation() {
    assertThat(of(Map.of()).consumer("t", Isolation.READ_UNCOMMITTED, ByteSize.mib(1)))
        .containsEntry("isolation.level", "read_uncommitted");
  }

  @Test
  void publisherWaitsForAllReplicasAndGivesUpBeforeItsClients() {
    Map<String, Object> p = of(Map.of()).publisher(PUBLISH);
    assertThat(p)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("max.in.flight.requests.per.connection", 5)
        .containsEntry("max.block.ms", 1_000L)
        .containsEntry("delivery.timeout.ms", 4_000)
        .containsEntry("request.timeout.ms", 2_000)
        .containsEntry("max.request.size", (1 << 20) + ClientProperties.RECORD_OVERHEAD);
    assertThatCode(() -> new ProducerConfig(p)).doesNotThrowAnyException();
  }

  @Test
  void everyKindOfClientIsAccepted() {
    ClientProperties properties = of(Map.of("client.rack", "a"));
    assertThatCode(() -> new ProducerConfig(properties.chores())).doesNotThrowAnyException();
    assertThatCode(() -> new AdminClientConfig(properties.admin(Duration.ofSeconds(15))))
        .doesNotThrowAnyException();
  }

  @Test
  void adminThatHearsNothingLetsGoOfItsConnectionWhateverIsPassedThrough() {
    assertThat(
            of(Map.of("connections.max.idle.ms", "540000", "request.timeout.ms", "60000"))
                .admin(Duration.ofSeconds(15)))
        .containsEntry("connections.max.idle.ms", 8_000L)
        .containsEntry("request.timeout.ms", 5_000);
  }

  @Test
  void connectingIsGivenUpBeforeACallIsUnlessOtherwiseAsked() {
    Map<String, Object> p = of(Map.of()).consumer("t", Isolation.READ_COMMITTED, ByteSize.mib(1));
    assertThat(p)
        .containsEntry("socket.connection.setup.timeout.max.ms", 4_000L) // Kafka: a fifth more
        .containsEntry("default.api.timeout.ms", 5_000);
    assertThat(p).containsEntry("socket.connection.setup.timeout.ms", 3_000L);
    assertThat(
            of(Map.of("socket.connection.setup.timeout.ms", "20000"))
                .consumer("t", Isolation.READ_COMMITTED, ByteSize.mib(1)))
        .containsEntry("socket.connection.setup.timeout.ms", "20000");
  }

  @Test
  void passThroughPropertiesReachTheClientsThatKnowThem() {
    ClientProperties properties =
        of(
            Map.of(
                "client.rack", "rack-a",
                "sasl.mechanism", "SCRAM-SHA-512",
                "compression.type", "zstd",
                "of.some.plugin", "x"));
    Map<String, Object> consumer =
        properties.consumer("t", Isolation.READ_COMMITTED, ByteSize.mib(1));
    assertThat(consumer)
        .containsEntry("client.rack", "rack-a")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry("of.some.plugin", "x")
        .doesNotContainKey("compression.type");
    assertThat(properties.publisher(PUBLISH)).containsEntry("compression.type", "zstd");
    assertThat(properties.admin(Duration.ofSeconds(1)))
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .doesNotContainKey("client.rack")
        .doesNotContainKey("compression.type");
  }

  @Test
  void passThroughPropertiesCannotBreakAPromise() {
    Map<String, String> hostile = new HashMap<>();
    hostile.put("acks", "0");
    hostile.put("enable.idempotence", "false");
    hostile.put("group.id", "g");
    hostile.put("transactional.id", "t");
    hostile.put("auto.offset.reset", "latest");
    hostile.put("bootstrap.servers", "elsewhere:1");
    hostile.put("delivery.timeout.ms", "120000");
    hostile.put("retries", "0");
    ClientProperties properties = of(hostile);
    assertThat(properties.publisher(PUBLISH))
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("delivery.timeout.ms", 4_000)
        .containsEntry("retries", Integer.MAX_VALUE)
        .containsEntry("bootstrap.servers", "127.0.0.1:9092")
        .doesNotContainKey("transactional.id");
    assertThat(properties.consumer("t", Isolation.READ_COMMITTED, ByteSize.mib(1)))
        .containsEntry("auto.offset.reset", "none")
        .doesNotContainKey("group.id");
  }

  @Test
  void settingsPrintNoSecret() {
    KafkaSettings settings = settings(Map.of("sasl.jaas.config", "password=hunter2"));
    assertThat(settings.toString()).contains("sasl.jaas.config").doesNotContain("hunter2");
  }

  @Test
  void settingsThatCannotWorkNameTheKeyAndTheValue() {
    assertThatThrownBy(() ->
            new KafkaSettings(
                "k:1", Map.of(), true, 0, (short) -1, "c", "d", "l", 255, ByteSize.mib(16)))
        .hasMessage("kafka.partitions is 0, at least 1");
    assertThatThrownBy(() ->
            new KafkaSettings(
                "k:1", Map.of(), true, 1, (short) -1, "c", "c", "l", 255, ByteSize.mib(16)))
        .hasMessageContaining("are both 'c'");
    assertThatThrownBy(() ->
            new PublishSettings(
                1,
                ByteSize.mib(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2)))
        .hasMessage("publish.delivery-timeout is PT1S, at least publish.request-timeout, PT2S");
  }

  private static ClientProperties of(Map<String, String> passThrough) {
    return new ClientProperties(settings(passThrough), "n1");
  }

  private static KafkaSettings settings(Map<String, String> passThrough) {
    return new KafkaSettings(
        "127.0.0.1:9092",
        passThrough,
        false,
        12,
        (short) -1,
        "sluice.control",
        "sluice.dead-letters",
        "sluice.ledger",
        255,
        ByteSize.mib(16));
  }
}
