package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.broker.Partitioner;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `doctor` against a real Kafka and Redis: healthy ones, and each kind of fault that was planted.
class DoctorCommandTest {
  private static final String KEY = "a-key-that-nobody-guesses";
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final int PARTITIONS = 6;

  private static EmbeddedKafka kafka;
  private static EmbeddedRedis redis;
  private static KafkaProducer<String, String> producer;
  private static ScheduledExecutorService heart;

  @TempDir Path home;

  @BeforeAll
  static void start() {
    redis = EmbeddedRedis.builder().start();
    kafka = EmbeddedKafka.builder().start();
    for (String control : List.of("sluice.control", "silent")) {
      kafka.createTopic(control, 1, Map.of("message.timestamp.type", "LogAppendTime"));
    }
    kafka.createTopic(
        "sluice.ledger", 1, Map.of("cleanup.policy", "compact", "segment.ms", "600000"));
    kafka.createTopic("sluice.dead-letters", 1, Map.of("cleanup.policy", "compact"));
    kafka.createTopic("sluice.sessions", 1, Map.of());
    kafka.createTopic("orders", PARTITIONS, Map.of());
    kafka.createTopic("trades", PARTITIONS, Map.of());
    kafka.createTopic("prices", 1, Map.of("cleanup.policy", "compact"));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer());
    produce("orders", key -> Partitioner.MURMUR2.partition(key, PARTITIONS));
    produce("trades", key -> Partitioner.CRC32.partition(key, PARTITIONS));
    heart = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    var _ =
        heart.scheduleAtFixedRate(
            () -> {
              var _ = producer.send(new ProducerRecord<>("sluice.control", "as if", "a node ran"));
            },
            0,
            100,
            TimeUnit.MILLISECONDS);
  }

  @AfterAll
  static void stop() {
    heart.shutdownNow();
    producer.close(Duration.ofSeconds(1));
    kafka.close();
    redis.close();
  }

  @Test
  void aHealthyNeighbourhoodIsGoodLinesAndExitCode0() throws Exception {
    Printed printed =
        doctor(config(kafka.bootstrapServers(), redis.uri(), KEY, "orders: {topic: orders}"));
    assertThat(printed.exitCode()).as(printed.out().toString()).isZero();
    for (String check :
        List.of(
            "configuration",
            "certificate",
            "ports",
            "kafka",
            "kafka topics",
            "kafka rights",
            "kafka keys",
            "kafka logs",
            "redis",
            "memory")) {
      assertThat(printed.out())
          .anyMatch(line -> line.startsWith("ok       %-15s ".formatted(check)));
    }
    assertThat(printed.out())
        .contains(
            "ok       clock           Kafka's clock agrees with this machine's",
            "ok       clock           Redis' clock agrees with this machine's");
    assertThat(printed.out().getLast()).matches("\\d+ ok, [01] warnings?, 0 errors");
    keepsSecrets(printed);
  }

  @Test
  void eachPlantedFaultIsNamedWithWhatToDo() throws Exception {
    String namespaces = "{trades: {topic: trades}, prices: {topic: prices}, gone: {topic: gone}}";
    Path file = config(kafka.bootstrapServers(), redis.uri(), "a-short-key", namespaces);
    Files.writeString(file, Files.readString(file) + "kafka.control-topic: silent\n");
    Printed printed = doctor(file, "--heap", "64m");
    assertThat(printed.exitCode()).isEqualTo(1);
    assertThat(printed.out())
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("error    kafka keys")
                .contains("'trades'")
                .contains("→ set namespaces.trades.partitioner: crc32"))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("error    kafka topics")
                .contains("'prices'", "compacted", "set namespaces.prices.mode: state"))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("error    kafka topics")
                .contains("'gone' (namespaces.gone.topic) is not there"))
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("warning  configuration")
                .contains("api.key has 11 characters"))
        .anySatisfy(line ->
            assertThat(line).startsWith("error    memory").contains("-Xmx64m, 7 partitions"))
        .anyMatch(line -> line.startsWith("-        clock           not checked: no node runs"));
    assertThat(printed.out().getLast()).contains(" 4 errors");
    keepsSecrets(printed);
  }

  @Test
  void anAbsentRedisIsOneErrorAndStopsNothingElse() throws Exception {
    String nobody = "redis://me:" + SECRET + "@127.0.0.1:" + FreePorts.next();
    Printed printed =
        doctor(config(kafka.bootstrapServers(), nobody, KEY, "orders: {topic: orders}"));
    assertThat(printed.exitCode()).isEqualTo(1);
    assertThat(errors(printed))
        .singleElement()
        .asString()
        .startsWith("error    redis           Redis at 127.0.0.1:")
        .contains(" (redis.uri) → start it, or correct redis.uri (")
        .endsWith("until then each node knows its own sessions only");
    assertThat(printed.out()).anyMatch(line -> line.startsWith("ok       kafka keys"));
    keepsSecrets(printed);
  }

  @Test
  void anAbsentKafkaIsOneErrorAndWhoNeedsItIsNotChecked() throws Exception {
    Printed printed =
        doctor(
            config("127.0.0.1:" + FreePorts.next(), redis.uri(), KEY, "orders: {topic: orders}"));
    assertThat(printed.exitCode()).isEqualTo(1);
    assertThat(errors(printed))
        .singleElement()
        .asString()
        .startsWith("error    kafka           Kafka does not answer within 5 s")
        .contains(" → start it, or correct kafka.bootstrap-servers and kafka.properties: ");
    assertThat(printed.out())
        .filteredOn(line -> line.endsWith("not checked: Kafka could not be asked, see above"))
        .hasSize(5);
    assertThat(printed.out())
        .anyMatch(line -> line.startsWith("ok       redis"))
        .anyMatch(line -> line.startsWith("ok       memory") && line.contains("not known"));
  }

  @Test
  void machinesGetOneObject() throws Exception {
    Printed printed =
        doctor(
            config(kafka.bootstrapServers(), redis.uri(), KEY, "trades: {topic: trades}"),
            "--json");
    JsonNode json = new ObjectMapper().readTree(String.join("\n", printed.out()));
    assertThat(json.path("error").asInt()).isEqualTo(1);
    assertThat(json.path("findings"))
        .anySatisfy(it -> {
          assertThat(it.path("check").asText()).isEqualTo("kafka keys");
          assertThat(it.path("level").asText()).isEqualTo("error");
        });
    assertThat(printed.exitCode()).isEqualTo(1);
  }

  @Test
  void aConfigurationThatCannotBeUsedIsAnErrorEachAndNothingElseIsAsked() throws Exception {
    Path file = config("127.0.0.1:1", "", KEY, "orders: {topic: orders}");
    Files.writeString(file, Files.readString(file) + "edge.ecko: true\npublish.queue: none\n");
    Printed printed = doctor(file);
    assertThat(printed.exitCode()).isEqualTo(1);
    assertThat(printed.out())
        .hasSize(4)
        .anySatisfy(line ->
            assertThat(line)
                .startsWith("error    configuration")
                .contains("edge.ecko", "edge.echo"))
        .anySatisfy(
            line -> assertThat(line).startsWith("error    configuration   publish.queue: 'none'"))
        .contains("0 ok, 0 warnings, 2 errors, 1 not checked");
  }

  private Path config(String servers, String redisUri, String key, String namespaces)
      throws Exception {
    String given = namespaces.startsWith("{") ? namespaces : "{" + namespaces + "}";
    return Files.writeString(
        home.resolve("sluice.yaml"),
        """
        edge.host: 127.0.0.1
        edge.port: %d
        edge.max-connections: 1000
        edge.max-pending: 500
        edge.max-turned-away: 100
        api.port: %d
        api.key: %s
        kafka.bootstrap-servers: %s
        redis.uri: "%s"
        tokens.hmac-secret: %s
        namespaces: %s
        """
            .formatted(FreePorts.next(), FreePorts.next(), key, servers, redisUri, SECRET, given));
  }

  private Printed doctor(Path config, String... more) {
    String[] arguments = new String[3 + more.length];
    arguments[0] = "doctor";
    arguments[1] = "--config";
    arguments[2] = config.toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return Printed.by(Map.of("HOME", home.toString(), "NO_COLOR", "1"), arguments);
  }

  private static List<String> errors(Printed printed) {
    return printed.out().stream().filter(line -> line.startsWith("error ")).toList();
  }

  private static void keepsSecrets(Printed printed) {
    assertThat(String.join("\n", printed.out()) + printed.err())
        .doesNotContain(KEY)
        .doesNotContain("a-short-key")
        .doesNotContain(SECRET);
  }

  private static void produce(String topic, ToIntFunction<String> partition) {
    for (int i = 0; i < 100; i++) {
      String key = "k" + i;
      var _ = producer.send(new ProducerRecord<>(topic, partition.applyAsInt(key), key, "{}"));
    }
    producer.flush();
  }
}
