package io.sluice.perf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.check.SequenceChecker;
import io.sluice.standalone.run.RunFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Producers that know nothing of Sluice: no header, no envelope, no registration.
@Tag("full")
@ExtendWith(Sluice.class)
final class ForeignProducerTest {
  private static final String NAME = ForeignProducerTest.class.getSimpleName();
  private static final String TOPIC = "orders";
  private static final int PARTITIONS = 6;

  /// More than the 20 different keys from which on a node judges the partitioner.
  private static final List<String> KEYS =
      IntStream.range(0, 40).mapToObj("order-%d"::formatted).toList();

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static RunningUp up;
  private static RunFile run;

  @BeforeAll
  static void start() throws Exception {
    up = RunningUp.start(NAME, RunningUp.Ports.free(1), 1);
    run = up.runFile();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", run.kafka()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    try (RunningUp running = up) {
      running.stop();
    }
  }

  @Test
  void theJavaClientsOwnPartitionerNeedsNothing() {
    SequenceChecker checker = new SequenceChecker();
    try (CheckedClient client = client(checker, up.node().edge(), KEYS);
        NumberedRecords records = new NumberedRecords(run.kafka(), "sluice.default", KEYS)) {
      Eventually.so(LIMIT, client::isLive, () -> client + "; " + up);
      records.send(3 * KEYS.size(), 1_000);
      assertAllReceived(checker, records.published(), client);
    }
  }

  @Test
  void aProducerOfTheLibrdkafkaFamilyNeedsOneLineWhichTheErrorNames(@TempDir Path folder)
      throws Exception {
    produceOneEach(0);
    RunningUp.Ports ports = RunningUp.Ports.free(1);
    Path wrong = config(folder.resolve("wrong.yaml"), ports, "murmur2");
    try (RunningCommand gateway = RunningGateway.launch(NAME + "/gateway-wrong", wrong)) {
      assertThat(gateway.awaitExit(LIMIT)).as(gateway::toString).isNotZero();
      assertThat(gateway.err()).last().asString().contains("namespaces.orders.partitioner: crc32");
      assertThat(gateway.out()).isEmpty();
    }

    Path right = config(folder.resolve("right.yaml"), ports, "crc32");
    URI api = URI.create("http://127.0.0.1:" + ports.api());
    URI edge = URI.create("ws://127.0.0.1:" + ports.edge() + "/connection/websocket");
    List<String> channels = KEYS.stream().map(key -> TOPIC + ":" + key).toList();
    SequenceChecker checker = new SequenceChecker();
    try (RunningGateway gateway = RunningGateway.start(NAME + "/gateway-right", right, api);
        CheckedClient client = client(checker, edge, channels)) {
      Eventually.so(LIMIT, client::isLive, () -> client + "; " + gateway);
      channels.forEach(channel -> checker.expect("client", channel, 1));
      produceOneEach(1);
      produceOneEach(2);
      assertAllReceived(checker, channels.stream().collect(toMap(it -> it, _ -> 3L)), client);
      gateway.stop();
    }
  }

  private static CheckedClient client(SequenceChecker checker, URI edge, List<String> channels) {
    var target = new ProtocolClient.Target(List.of(edge), up.token(), channels);
    return new CheckedClient("client", checker, target);
  }

  private static void assertAllReceived(
      SequenceChecker checker, Map<String, Long> published, CheckedClient client) {
    Eventually.so(
        LIMIT,
        () -> checker.missing(published) == 0,
        () -> checker.violations(published) + "; " + client + "; " + up);
    assertThat(checker.violations(published)).isEmpty();
  }

  /// What confluent-kafka and its relatives do by default: the CRC-32 of the key decides.
  private static void produceOneEach(int sequence) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer = NumberedRecords.producer(run.kafka())) {
      for (String key : KEYS) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(UTF_8));
        int partition = (int) (crc.getValue() % PARTITIONS);
        String value = "{\"n\":" + sequence + "}";
        sent.add(producer.send(new ProducerRecord<>(TOPIC, partition, key, value)));
      }
    }
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
  }

  /// What somebody would write who has Kafka, Redis and a topic.
  private static Path config(Path file, RunningUp.Ports ports, String partitioner)
      throws IOException {
    return Files.writeString(
        file,
        """
        edge.port: %d
        api:
          port: %d
          key: a-key
        kafka.bootstrap-servers: %s
        redis.uri: %s
        tokens.hmac-secret: %s
        drain: {announce: 0s, duration: 0s}
        namespaces:
          orders:
            topic: orders
            partitioner: %s
        """
            .formatted(
                ports.edge(), ports.api(), run.kafka(), run.redis(), run.secret(), partitioner));
  }
}
