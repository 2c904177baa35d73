package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
  /// Quicker than in production, and still slow enough that each counts.
  private static final Duration HEARTBEAT = Duration.ofMillis(1_100);

  private record Node(ControlPlane control, RenewingProducer producer, SimpleMeterRegistry meters) {
    List<String> sees() {
      return control.liveNodes().stream().map(NodeInfo::id).toList();
    }

    /// Gone without a word, as by a crash.
    void die() {
      producer.close();
    }

    void leave() {
      control.close();
      producer.close();
    }
  }

  private final String topic =
      SharedKafka.freshTopic(1, Map.of("message.timestamp.type", "LogAppendTime"));
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(Node::leave);
  }

  @Test
  void nodeThatHasNotStartedKnowsItselfAndDoesEverything() {
    ControlPlane control = node("a").control();
    assertThat(control.liveNodes()).containsExactly(info("a"));
    assertThat(control.isDuty("orders/0")).isTrue();
    assertThat(control.seesItself()).isFalse();
  }

  @Test
  void twoNodesSeeEachOtherAndShareTheDutiesUntilOneLeaves() {
    Node a = started("a");
    Node b = started("b");
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> {
          assertThat(a.sees()).containsExactly("a", "b");
          assertThat(b.sees()).containsExactly("b", "a");
        });
    assertThat(a.control().liveNodes()).containsExactly(info("a"), info("b"));
    await().until(() -> a.control().seesItself() && b.control().seesItself());
    for (int i = 0; i < 100; i++) {
      String chore = "orders/" + i;
      assertThat(a.control().isDuty(chore)).isNotEqualTo(b.control().isDuty(chore));
    }
    assertThat(b.meters().get("sluice.nodes").gauge().value()).isEqualTo(2);
    b.leave();
    await().atMost(Duration.ofSeconds(1)).until(() -> a.sees().equals(List.of("a")));
    assertThat(a.control().isDuty("orders/0")).isTrue();
  }

  @Test
  void nodeThatDiesIsGoneAfterFourHeartbeatsOfAnother() {
    Node a = started("a");
    Node b = started("b");
    await().atMost(Duration.ofSeconds(5)).until(() -> a.sees().size() == 2);
    b.die();
    long died = System.nanoTime();
    await().atMost(Duration.ofSeconds(12)).until(() -> a.sees().equals(List.of("a")));
    assertThat(Duration.ofNanos(System.nanoTime() - died)).isGreaterThan(Duration.ofSeconds(3));
    await().atMost(Duration.ofSeconds(10)).until(() -> !b.control().seesItself());
    assertThat(b.sees()).contains("b");
  }

  @Test
  void nodesThatWereThereBeforeAreKnownAtStart() {
    started("a");
    started("b");
    await().until(() -> nodes.stream().allMatch(node -> node.sees().size() == 2));
    nodes.forEach(Node::die);
    Node late = started("c");
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(late.sees()).contains("a", "b", "c"));
  }

  /// An outage longer than the dead-node interval kills nobody, and nobody has to be started anew.
  @Test
  void nodesOutliveAnOutageOfKafka() {
    Node a = started("a");
    Node b = started("b");
    await().atMost(Duration.ofSeconds(5)).until(() -> a.sees().size() == 2 && b.sees().size() == 2);
    SharedKafka.kafka().stop();
    try {
      await().atMost(Duration.ofSeconds(15)).until(() -> !a.control().seesItself());
      // one that is still on its way when Kafka is back does not fail
      await().atMost(Duration.ofSeconds(20)).until(() -> failed(a) > 0);
      assertThat(a.sees()).hasSize(2);
    } finally {
      SharedKafka.kafka().start();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> a.control().seesItself() && b.control().seesItself());
    double stored = stored(a);
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(10))
        .until(() -> a.sees().size() == 2 && b.sees().size() == 2);
    await().until(() -> stored(a) >= stored + 2);
  }

  @Test
  void recordsThatAreNoMessageAreCountedAndPassedOver() {
    Node a = started("a");
    await().until(() -> a.control().seesItself());
    SharedKafka.produce(
        List.of(
            new ProducerRecord<>(topic, 0, utf8("x"), utf8("{")),
            new ProducerRecord<>(topic, 0, utf8("y"), utf8("{\"type\":\"command\"}"))));
    Node b = started("b");
    await().until(() -> a.sees().contains("b") && b.sees().contains("a"));
    assertThat(a.sees()).containsExactly("a", "b");
    assertThat(a.meters().counter("sluice.control.unreadable").count()).isOne();
  }

  @Test
  void closingAndStartingNothingIsQuick() {
    Node a = node("a");
    long began = System.nanoTime();
    a.control().close();
    a.control().close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
  }

  private static double failed(Node node) {
    Counter counter = node.meters().find("sluice.heartbeats").tag("result", "failed").counter();
    return counter == null ? 0 : counter.count();
  }

  private static double stored(Node node) {
    return node.meters().get("sluice.heartbeats").tag("result", "stored").counter().count();
  }

  private Node started(String id) {
    Node node = node(id);
    node.control().start();
    return node;
  }

  private Node node(String id) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    BridgeMetrics metrics = new BridgeMetrics(meters);
    ClientProperties clients = SharedKafka.clients(id);
    RenewingProducer producer =
        new RenewingProducer("chores", () -> new KafkaProducer<>(clients.chores()), metrics);
    ControlPlane control =
        new ControlPlane(
            info(id),
            topic,
            () ->
                new KafkaConsumer<>(
                    clients.consumer("control", Isolation.READ_UNCOMMITTED, ByteSize.mib(1))),
            producer,
            metrics,
            HEARTBEAT);
    Node node = new Node(control, producer, meters);
    nodes.add(node);
    return node;
  }

  private static NodeInfo info(String id) {
    return new NodeInfo(id, Instant.EPOCH, "ws://" + id, "http://" + id, "0.1.0");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
