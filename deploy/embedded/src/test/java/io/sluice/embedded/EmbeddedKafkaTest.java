package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("full")
final class EmbeddedKafkaTest {

  @TempDir Path directory;

  @Test
  void aRecordProducedIsConsumed() {
    try (var kafka = EmbeddedKafka.builder().start()) {
      kafka.createTopic("orders", 3, Map.of("cleanup.policy", "compact"));
      var clients = new Clients(kafka.bootstrapServers(), Map.of());

      clients.produce("orders", "k", "v");

      assertThat(clients.consume("orders", 1)).containsExactly("v");
    }
  }

  @Test
  void dataAndClusterIdOutliveTheCluster() throws Exception {
    int port = FreePorts.next();
    var builder = EmbeddedKafka.builder().dataDirectory(directory).port(port);
    String before;
    try (var kafka = builder.start()) {
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      kafka.createTopic("orders", 1, Map.of());
      new Clients(kafka.bootstrapServers(), Map.of()).produce("orders", "k", "kept");
      before = clusterId(kafka);
    }

    try (var kafka = builder.start()) {
      assertThat(clusterId(kafka)).isEqualTo(before);
      assertThat(new Clients(kafka.bootstrapServers(), Map.of()).consume("orders", 1))
          .containsExactly("kept");
      assertThatThrownBy(() -> EmbeddedKafka.builder().dataDirectory(directory).start())
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessageContaining(directory + " is in use");
    }
    assertThatThrownBy(() -> EmbeddedKafka.builder().dataDirectory(directory).nodes(3).start())
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("a cluster of 1 nodes, not of 3");
  }

  @Test
  void aStoppedBrokerComesBackOnItsPortWithItsData() {
    try (var kafka = EmbeddedKafka.builder().start()) {
      kafka.createTopic("orders", 1, Map.of());
      var clients = new Clients(kafka.bootstrapServers(), Map.of());
      clients.produce("orders", "k", "first");
      int port = Integer.parseInt(kafka.bootstrapServers().split(":", -1)[1]);

      kafka.stopNode(1);
      assertThat(FreePorts.isFree(port)).isTrue();
      kafka.startNode(1);

      clients.produce("orders", "k", "second");
      assertThat(clients.consume("orders", 2)).containsExactly("first", "second");
    }
  }

  @Test
  void threeNodesFormAClusterThatOutlivesOneOfThem() throws Exception {
    try (var kafka = EmbeddedKafka.builder().nodes(3).start()) {
      kafka.createTopic("orders", 3, Map.of());
      var clients = new Clients(kafka.bootstrapServers(), Map.of());
      try (var admin = clients.admin()) {
        assertThat(admin.describeCluster().nodes().get()).hasSize(3);
        assertThat(admin.describeTopics(List.of("orders")).allTopicNames().get().values())
            .flatExtracting(TopicDescription::partitions)
            .hasSize(3)
            .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(3));

        kafka.stopNode(2);
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(admin.describeCluster().nodes().get()).hasSize(2));
        clients.produce("orders", "k", "while one is away");
        kafka.startNode(2);
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(admin.describeCluster().nodes().get()).hasSize(3));
      }
      kafka.stop();
      kafka.start();
      assertThat(clients.consume("orders", 1)).containsExactly("while one is away");
    }
  }

  @Test
  void securedListenerLetsInItsUserAndNobodyElse() {
    try (var kafka = EmbeddedKafka.builder().secured().autoCreateTopics().start()) {
      var insider = new Clients(kafka.securedBootstrapServers(), kafka.securedClientProperties());
      insider.produce("made-on-demand", "k", "v");
      assertThat(insider.consume("made-on-demand", 1)).containsExactly("v");

      var stranger = new HashMap<>(kafka.securedClientProperties());
      stranger.computeIfPresent(
          "sasl.jaas.config", (_, jaas) -> jaas.replace("password=\"", "password=\"x"));
      assertThatThrownBy(() ->
              new Clients(kafka.securedBootstrapServers(), stranger)
                  .produce("made-on-demand", "k", "v"))
          .hasMessageContaining("Authentication failed");
    }
  }

  @Test
  void aTakenPortIsNamedAndNothingStaysBehind() throws Exception {
    try (var other = new ServerSocket(FreePorts.next(), 1, InetAddress.ofLiteral("127.0.0.1"))) {
      int port = other.getLocalPort();
      assertThatThrownBy(() -> EmbeddedKafka.builder().dataDirectory(directory).port(port).start())
          .isInstanceOf(PortTakenException.class)
          .hasMessage("port " + port + " on 127.0.0.1 is taken; Kafka needs it");
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void closeIsQuickIdempotentAndDeletesATemporaryDirectory() throws Exception {
    var kafka = EmbeddedKafka.builder().nodes(3).start();
    Path temporary = directoryOf(kafka);
    long start = System.nanoTime();
    kafka.close();
    kafka.close();
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThatThrownBy(kafka::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    // what was not done in time goes on
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.notExists(temporary));
  }

  /// Others have directories there, too.
  private static Path directoryOf(EmbeddedKafka kafka) throws Exception {
    String id = clusterId(kafka);
    try (var all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.getFileName().toString().startsWith("sluice-kafka"))
          .filter(path -> isOf(path, id))
          .findAny()
          .orElseThrow();
    }
  }

  private static boolean isOf(Path directory, String clusterId) {
    try {
      return Files.readString(directory.resolve("kafka-1/meta.properties")).contains(clusterId);
    } catch (IOException _) {
      return false; // gone meanwhile, or not complete yet
    }
  }

  private static String clusterId(EmbeddedKafka kafka) throws Exception {
    try (Admin admin = new Clients(kafka.bootstrapServers(), Map.of()).admin()) {
      return admin.describeCluster().clusterId().get();
    }
  }
}
