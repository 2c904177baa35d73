package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Several bridges on one control topic and one ledger, on a real broker.
@Tag("full")
class NodesTogetherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// A node that has joined, and what it heard.
  private record Node(TestBridge opened, List<String> told, List<Revocation> revoked)
      implements ControlListener {
    @Override
    public void told(byte[] what) {
      told.add(new String(what, UTF_8));
    }

    @Override
    public void revoked(Revocation revocation) {
      revoked.add(revocation);
    }

    @Override
    public void died(NodeInfo node) {}

    BrokerBridge bridge() {
      return opened.bridge;
    }

    boolean refuses(String user, Instant issuedAt) {
      return bridge().revocations().covers(user, Optional.of(issuedAt), Instant.now());
    }
  }

  private final Instant now = Instant.now();
  private final KafkaSettings kafka = SharedKafka.settings();
  private final TopicBinding binding =
      TopicBinding.of(ChannelName.DEFAULT, SharedKafka.freshTopic(1));
  private final List<Node> nodes = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.forEach(node -> node.opened().close());
  }

  @Test
  void everyNodeExecutesEachCommandOnceInTheSameOrderAndNoneOlderThanItself() {
    Node a = joined("a");
    Node b = joined("b");
    Node c = joined("c");
    List<CompletionStage<TellOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      for (Node node : nodes) {
        String what = node.bridge().nodes().getFirst().info().id() + i;
        outcomes.add(node.bridge().tell(what.getBytes(UTF_8)));
      }
    }
    outcomes.forEach(NodesTogetherTest::acknowledged);
    await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(it -> it.told().size() >= 300));
    assertThat(a.told()).hasSize(300).doesNotHaveDuplicates();
    assertThat(b.told()).isEqualTo(a.told());
    assertThat(c.told()).isEqualTo(a.told());
    for (String id : List.of("a", "b", "c")) {
      List<String> own = a.told().stream().filter(it -> it.startsWith(id)).toList();
      assertThat(own).as("in the order of the calls").startsWith(id + 0, id + 1, id + 2);
    }

    // all of it once more, as when a producer sent it twice
    SharedKafka.produce(
        SharedKafka.everything(kafka.controlTopic()).stream()
            .map(it -> new ProducerRecord<>(it.topic(), 0, it.key(), it.value()))
            .toList());
    Node late = joined("d");
    acknowledged(b.bridge().tell("last".getBytes(UTF_8)));
    await().atMost(PATIENCE).until(() -> nodes.stream().allMatch(it -> it.told().contains("last")));
    assertThat(List.of(a, b, c)).allSatisfy(node -> assertThat(node.told()).hasSize(301));
    assertThat(late.told()).as("everything else is older than it").containsExactly("last");
    await().atMost(PATIENCE).until(() -> late.bridge().nodes().size() == 4);
    assertThat(late.bridge().nodes())
        .contains(
            new NodeStatus(info("d"), load("d"), NodeStatus.State.LIVE),
            new NodeStatus(info("a"), load("a"), NodeStatus.State.LIVE));
  }

  @Test
  void twoNodesAgreeOnWhatIsRevokedAndSoDoThoseThatStartLater() {
    Node a = joined("a");
    Node b = joined("b");
    Revocation wide = new Revocation("ann", now.minusSeconds(60), now.plusSeconds(3_600));
    Revocation late = new Revocation("ann", now, now.plusSeconds(60));
    Revocation both = wide.and(late);
    CompletionStage<TellOutcome> one = a.bridge().revoke(wide);
    CompletionStage<TellOutcome> other = b.bridge().revoke(late);
    acknowledged(one);
    acknowledged(other);
    await().atMost(PATIENCE).until(() -> a.revoked().contains(both) && b.revoked().contains(both));
    for (Node node : nodes) {
      assertThat(node.refuses("ann", now.minusSeconds(30))).isTrue();
      assertThat(node.refuses("ann", now.plusSeconds(1))).isFalse();
      assertThat(node.refuses("bob", now.minusSeconds(30))).isFalse();
    }
    close();
    nodes.clear();
    Node c = joined("c");
    assertThat(c.bridge().revocations().all()).containsExactly(both);
    await().atMost(PATIENCE).until(() -> c.revoked().contains(both));
  }

  @Test
  void whatAnotherNodeAcknowledgedIsKnownOnceRevocationsWereLearned() {
    Node a = joined("a");
    Node b = joined("b");
    for (int i = 0; i < 20; i++) {
      Revocation made = new Revocation("u" + i, now, now.plusSeconds(3_600));
      acknowledged(a.bridge().revoke(made));
      b.bridge().learnRevocations().toCompletableFuture().join();
      assertThat(b.bridge().revocations().find(made.user(), now))
          .map(Revocation::until)
          .contains(made.until());
    }
  }

  @Test
  @Tag("full")
  void aRevocationThatHasEndedLeavesTheLedgerAndOneOfNobodyIsNone() {
    Node a = joined("a");
    acknowledged(a.bridge().revoke(new Revocation("ann", now, now.minusSeconds(120))));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          ConsumerRecord<byte[], byte[]> newest =
              SharedKafka.everything(kafka.ledgerTopic()).stream()
                  .filter(it -> new String(it.key(), UTF_8).equals("revoked/ann"))
                  .reduce((_, later) -> later)
                  .orElseThrow();
          assertThat(newest.value()).isNull();
        });
    assertThat(a.bridge().revocations().size()).isZero();

    assertThat(a.bridge().revoke(new Revocation("u".repeat(513), now, now)))
        .isCompletedWithValue(
            new TellOutcome.Rejected("a user of 513 characters, must be 1 to 512"));
    assertThat(a.bridge().revoke(new Revocation("\ud800", now, now)))
        .isCompletedWithValue(new TellOutcome.Rejected("a user with half of a surrogate pair"));
    assertThat(a.bridge().revoke(new Revocation("", now, now)))
        .isCompletedWithValue(new TellOutcome.Rejected("a user of 0 characters, must be 1 to 512"));
  }

  private static void acknowledged(CompletionStage<TellOutcome> outcome) {
    assertThat(outcome.toCompletableFuture().join()).isEqualTo(new TellOutcome.Acknowledged());
  }

  private Node joined(String id) {
    Node node =
        new Node(
            TestBridge.open(binding, kafka),
            new CopyOnWriteArrayList<>(),
            new CopyOnWriteArrayList<>());
    nodes.add(node);
    node.bridge().join(info(id), node, () -> load(id));
    return node;
  }

  private static NodeLoad load(String id) {
    return new NodeLoad(false, id.charAt(0), 2, 1);
  }

  private static NodeInfo info(String id) {
    return new NodeInfo(id, Instant.EPOCH, "ws://" + id, "http://" + id, "0.1.0");
  }
}
