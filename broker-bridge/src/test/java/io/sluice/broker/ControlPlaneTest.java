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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ControlPlaneTest {
  /// Quicker than in production, and still slow enough that each counts.
  private static final Duration HEARTBEAT = Duration.ofMillis(1_100);

  private static final Duration STALE = Duration.ofSeconds(1);

  private record Node(
      ControlPlane control,
      Telling telling,
      RenewingProducer producer,
      SimpleMeterRegistry meters,
      Listener heard) {
    List<String> sees() {
      return control.liveNodes().stream().map(NodeInfo::id).toList();
    }

    /// Gone without a word, as by a crash.
    void die() {
      producer.close();
    }

    void leave() {
      telling.close();
      control.close();
      producer.close();
    }
  }

  /// What a node hears; after `wait` nothing more until it may go on.
  private static final class Listener implements ControlListener {
    final List<String> told = new CopyOnWriteArrayList<>();
    final List<String> died = new CopyOnWriteArrayList<>();
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void told(byte[] what) {
      told.add(new String(what, UTF_8));
      if (told.getLast().equals("wait")) {
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void revoked(Revocation revocation) {}

    @Override
    public void died(NodeInfo node) {
      died.add(node.id());
      throw new IllegalStateException("a listener that fails harms nobody");
    }
  }

  private final String topic =
      SharedKafka.freshTopic(1, Map.of("message.timestamp.type", "LogAppendTime"));
  private final List<Node> nodes = new ArrayList<>();
  private volatile boolean loadFails;
  private final AtomicReference<NodeLoad> load = new AtomicReference<>(NodeLoad.NONE);

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
    await().until(() -> a.sees().equals(List.of("a")));
    assertThat(a.control().isDuty("orders/0")).isTrue();
    assertThat(a.heard().died).as("it left in order").isEmpty();
  }

  @Test
  void nodeThatDiesIsGoneAfterFourHeartbeatsOfAnother() {
    Node a = started("a");
    Node b = started("b");
    await().atMost(Duration.ofSeconds(5)).until(() -> state(a, "b") == NodeStatus.State.LIVE);
    long died = System.nanoTime();
    b.die();
    await().atMost(Duration.ofSeconds(12)).until(() -> a.sees().equals(List.of("a")));
    assertThat(Duration.ofNanos(System.nanoTime() - died)).isGreaterThan(Duration.ofSeconds(3));
    await().atMost(Duration.ofSeconds(10)).until(() -> !b.control().seesItself());
    assertThat(b.sees()).contains("b");
    assertThat(b.heard().died).as("it may be dead itself").isEmpty();
    await().until(() -> a.heard().died.equals(List.of("b")));
    // who comes later is not told of the past
    Node c = started("c");
    await().atMost(Duration.ofSeconds(5)).until(() -> c.control().seesItself());
    assertThat(c.heard().died).isEmpty();
  }

  /// Nobody is left whose heartbeats it would not outlive.
  @Test
  void nodeThatIsNotHeardIsStaleUntilAnotherOutlivesIt() {
    Node a = started("a");
    Node b = started("b");
    await().until(() -> state(a, "b") == NodeStatus.State.LIVE);
    a.die(); // and hears all the same
    b.die();
    await().atMost(Duration.ofSeconds(20)).until(() -> state(a, "b") == NodeStatus.State.STALE);
    assertThat(a.sees()).containsExactly("a", "b");
    assertThat(a.heard().died).isEmpty();
  }

  @Test
  void aChangeOfLoadAloneChangesNoNodes() {
    Node a = started("a");
    Node b = started("b");
    load.set(new NodeLoad(true, 5, 6, 7));
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() ->
            assertThat(a.control().statuses())
                .contains(new NodeStatus(info("b"), load.get(), NodeStatus.State.DRAINING)));
    List<NodeInfo> before = a.control().liveNodes();
    load.set(new NodeLoad(false, 9, 6, 7));
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() ->
            assertThat(a.control().statuses())
                .contains(new NodeStatus(info("b"), load.get(), NodeStatus.State.LIVE)));
    assertThat(a.control().liveNodes()).as("nothing was made anew").isSameAs(before);
    b.leave();
  }

  @Test
  void aNodeWhoseLoadCannotBeToldIsHeardAllTheSame() {
    loadFails = true;
    Node a = started("a");
    await().until(() -> a.control().seesItself());
    await().until(() -> stored(a) >= 2);
    assertThat(a.control().statuses())
        .containsExactly(new NodeStatus(info("a"), NodeLoad.NONE, NodeStatus.State.LIVE));
  }

  /// As after an outage of a node's way to Kafka: what it could not read in time it passes over.
  @Test
  void aCommandThatIsStaleWhenItIsReadIsPassedOver() {
    Duration stale = Duration.ofSeconds(4); // what is not to be passed over has that long
    Node a = started("a", HEARTBEAT, stale);
    Node b = started("b", HEARTBEAT, stale);
    await().until(() -> a.control().seesItself() && b.control().seesItself());
    tell(a, "wait");
    a.heard().goOn.countDown();
    await().until(() -> b.heard().told.contains("wait"));
    tell(a, "stale");
    await().until(() -> a.heard().told.contains("stale"));
    long read = System.nanoTime();
    await().until(() -> System.nanoTime() - read > stale.plusSeconds(2).toNanos());
    tell(a, "fresh");
    b.heard().goOn.countDown();
    await().until(() -> b.heard().told.contains("fresh"));
    assertThat(b.heard().told).containsExactly("wait", "fresh");
    assertThat(a.heard().told).containsExactly("wait", "stale", "fresh");
    assertThat(b.meters().counter("sluice.commands", "result", "passed-over").count()).isOne();
  }

  @Test
  void whatIsTooLongToTellIsRejectedAndNothingIsToldBeforeTheNodeListens() {
    Node a = node("a");
    assertThat(told(a, new byte[1])).isInstanceOf(TellOutcome.Refused.class);
    a.control().start();
    a.control().awaitListening(Duration.ofSeconds(10));
    assertThat(told(a, new byte[ControlMessage.MAX_BODY]))
        .isEqualTo(new TellOutcome.Acknowledged());
    assertThat(told(a, new byte[ControlMessage.MAX_BODY + 1]))
        .isEqualTo(new TellOutcome.Rejected("48385 bytes for all nodes, at most 48384"));
  }

  @Test
  void nodesThatWereThereBeforeAreKnownAtStart() {
    started("a");
    started("b");
    await().until(() -> nodes.stream().allMatch(node -> node.sees().size() == 2));
    nodes.forEach(Node::die);
    Node late = started("c", Duration.ofHours(1), STALE); // outlives nobody
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(late.sees()).contains("a", "b", "c"));
  }

  /// An outage longer than the dead-node interval kills nobody, and nobody has to be started anew.
  @Test
  @Tag("full")
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
            new ProducerRecord<>(topic, 0, utf8("y"), utf8("{\"type\":\"song\"}"))));
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

  private NodeLoad load() {
    if (loadFails) {
      throw new IllegalStateException("as asked for");
    }
    return load.get();
  }

  private static double failed(Node node) {
    Counter counter = node.meters().find("sluice.heartbeats").tag("result", "failed").counter();
    return counter == null ? 0 : counter.count();
  }

  private static double stored(Node node) {
    return node.meters().get("sluice.heartbeats").tag("result", "stored").counter().count();
  }

  private static NodeStatus.@Nullable State state(Node node, String other) {
    return node.control().statuses().stream()
        .filter(it -> it.info().id().equals(other))
        .map(NodeStatus::state)
        .findAny()
        .orElse(null);
  }

  private static void tell(Node node, String what) {
    assertThat(told(node, utf8(what))).isEqualTo(new TellOutcome.Acknowledged());
  }

  private static TellOutcome told(Node node, byte[] what) {
    return node.control().tell(what).toCompletableFuture().join();
  }

  private Node started(String id) {
    return started(id, HEARTBEAT, STALE);
  }

  private Node started(String id, Duration heartbeat, Duration stale) {
    Node node = node(id, heartbeat, stale);
    node.control().start();
    return node;
  }

  private Node node(String id) {
    return node(id, HEARTBEAT, STALE);
  }

  private Node node(String id, Duration heartbeat, Duration stale) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    BridgeMetrics metrics = new BridgeMetrics(meters);
    ClientProperties clients = SharedKafka.clients(id);
    RenewingProducer producer =
        new RenewingProducer("chores", () -> new KafkaProducer<>(clients.chores()), metrics);
    Telling telling = new Telling(producer);
    telling.start();
    Listener heard = new Listener();
    ControlPlane control =
        new ControlPlane(
            info(id),
            heard,
            this::load,
            topic,
            () ->
                new KafkaConsumer<>(
                    clients.consumer("control", Isolation.READ_UNCOMMITTED, ByteSize.mib(1))),
            producer,
            telling,
            metrics,
            heartbeat,
            stale);
    Node node = new Node(control, telling, producer, meters, heard);
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
