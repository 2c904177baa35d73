package io.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.Told;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.protocol.ClientInfo;
import io.sluice.gateway.protocol.JoinLeave;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Several nodes' presence, with the network between them left out: what they tell and ask is
/// written and read as it is on the wire.
final class PresenceTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CHANNEL = "room";
  private static final Duration SOON = Duration.ofMillis(500);

  /// The machine may stand still in some of them.
  private static final int ROUNDS = 5;

  private final NamespaceConfig policy =
      Objects.requireNonNull(
          ConfigLoader.parse(
                  """
                  kafka.bootstrap-servers: kafka:9092
                  api.key: k-1
                  tokens.anonymous: true
                  namespaces.default: {presence: true, join-leave: true}
                  """,
                  Map.of(),
                  Map.of())
              .namespaces()
              .get("default"));

  private final class Node implements Presence.Others {
    final String id;
    final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger questions = new AtomicInteger();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final Presence presence;

    Node(String id) {
      this.id = id;
      this.presence =
          new Presence(
              id,
              new PresenceConfig(200_000, 200_000, Duration.ofSeconds(5)),
              this,
              PresenceTest.this::tell,
              all -> all.forEach(this::hear),
              metrics);
    }

    private void hear(JoinLeave it) {
      heard.add(it.kind() + " " + it.who().client());
    }

    @Override
    public CompletionStage<Answers> members(ObjectNode question) {
      questions.incrementAndGet();
      return ask(question, Presence::membersHere);
    }

    @Override
    public CompletionStage<Answers> counts(ObjectNode question) {
      questions.incrementAndGet();
      return ask(question, Presence::countsHere);
    }

    PresencePage page(String after, int limit) {
      return presence.page(CHANNEL, after, limit).toCompletableFuture().join();
    }

    List<String> shown() {
      return page("", 100).members().stream().map(ClientInfo::client).toList();
    }

    PresenceCounts counts() {
      return presence.counts(CHANNEL).toCompletableFuture().join();
    }

    void enter(Member member) {
      presence.enter(CHANNEL, policy, member);
    }
  }

  private final List<Node> nodes = new ArrayList<>();
  private final List<String> silent = new CopyOnWriteArrayList<>();
  private CompletableFuture<Void> network = CompletableFuture.completedFuture(null);
  private volatile boolean deaf;
  private final Node a = node("a");
  private final Node b = node("b");

  private Node node(String id) {
    Node node = new Node(id);
    nodes.add(node);
    return node;
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.presence.close());
  }

  private synchronized CompletionStage<Boolean> tell(byte[] message) {
    if (message.length > Told.MAX_BYTES) {
      return CompletableFuture.completedStage(false);
    }
    JsonNode read;
    try {
      read = JSON.readTree(message);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(read.path("type").asText()).isEqualTo(Presence.TOLD);
    if (!deaf) {
      nodes.forEach(node -> node.presence.told(read));
    }
    return CompletableFuture.completedStage(true);
  }

  private CompletionStage<Answers> ask(
      ObjectNode question, BiFunction<Presence, JsonNode, JsonNode> answer) {
    return network.thenApply(_ -> {
      Map<String, JsonNode> byNode = new LinkedHashMap<>();
      List<String> missing = new ArrayList<>();
      for (Node node : nodes) {
        if (silent.contains(node.id)) {
          missing.add(node.id);
        } else {
          byNode.put(node.id, answer.apply(node.presence, question));
        }
      }
      return new Answers(byNode, missing);
    });
  }

  private static Member ann(String client) {
    return Member.of(new ClientInfo("ann", client, "{\"n\":1}"));
  }

  private static Member bob(String client) {
    return Member.of(new ClientInfo("bob", client, ""));
  }

  @Test
  void membersOfAllNodesAreShownAndUsersCountOnce() {
    a.enter(ann("c1"));
    b.enter(ann("c3"));
    b.enter(bob("c2"));

    assertThat(a.shown()).containsExactly("c1", "c2", "c3");
    assertThat(a.page("", 100).members())
        .contains(new ClientInfo("ann", "c3", "{\"n\":1}"), new ClientInfo("bob", "c2", ""));
    assertThat(b.counts()).isEqualTo(new PresenceCounts(3, 2, List.of()));
  }

  @Test
  void pagesFollowOneAnother() {
    for (int n = 0; n < 10; n++) {
      (n % 3 == 0 ? a : b).enter(ann("c" + n));
    }
    List<String> all = new ArrayList<>();
    PresencePage page = a.page("", 4);
    while (true) {
      page.members().forEach(it -> all.add(it.client()));
      if (!page.more()) {
        break;
      }
      assertThat(page.members()).hasSize(4);
      page = a.page(all.getLast(), 4);
    }
    assertThat(all).containsExactly("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9");
  }

  /// Of two places of a session one is left out; what was behind it at another node must not be.
  @Test
  void noPagePassesOverAnybodyThoughASessionHasTwoPlaces() {
    deaf = true; // b does not hear of it
    b.enter(Member.beginning(new ClientInfo("ann", "c1", ""), "s", 1));
    b.enter(bob("c2"));
    b.enter(bob("c3"));
    a.enter(Member.resuming(new ClientInfo("ann", "c8", ""), "s", 2));
    a.enter(bob("c9"));
    PresencePage first = a.page("", 2);
    assertThat(first.members().stream().map(ClientInfo::client)).containsExactly("c2");
    assertThat(first.more()).isTrue();
    PresencePage none = a.page("", 1);
    assertThat(none.members()).as("ann has gone on elsewhere").isEmpty();
    assertThat(none.next()).isEqualTo("c1");
    assertThat(a.page("c2", 9).members().stream().map(ClientInfo::client))
        .containsExactly("c3", "c8", "c9");
  }

  @Test
  void whatIsKnownIsToldWhenANodeDoesNotAnswer() {
    a.enter(ann("c1"));
    b.enter(bob("c2"));
    silent.add("b");
    assertThat(a.shown()).containsExactly("c1");
    assertThat(a.page("", 100).missing()).containsExactly("b");
    assertThat(a.counts()).isEqualTo(new PresenceCounts(1, 1, List.of("b")));
  }

  @Test
  void manyWhoAskAtOnceAreOneQuestionAndOnesOwnMembersAreNeverOld() {
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    network = arrived;
    a.enter(ann("c1"));
    List<CompletableFuture<PresenceCounts>> asked = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      asked.add(a.presence.counts(CHANNEL).toCompletableFuture());
    }
    assertThat(a.questions).hasValue(1);
    assertThat(asked).noneMatch(CompletableFuture::isDone);
    arrived.complete(null);
    assertThat(asked).allMatch(it -> it.join().clients() == 1);

    a.enter(bob("c2"));
    assertThat(a.counts()).isEqualTo(new PresenceCounts(2, 2, List.of()));
    assertThat(a.questions).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void whoComesElsewhereIsSeenSoon() {
    assertThat(a.counts().clients()).isZero();
    List<Duration> took = new ArrayList<>();
    do {
      int clients = took.size() + 1;
      b.enter(bob("c" + clients));
      long start = System.nanoTime();
      await().pollInterval(Duration.ofMillis(10)).until(() -> a.counts().clients() == clients);
      took.add(Duration.ofNanos(System.nanoTime() - start));
    } while (took.getLast().compareTo(SOON) >= 0 && took.size() < ROUNDS);
    assertThat(took.getLast()).as("the last of %s", took).isLessThan(SOON);
  }

  @Test
  void everyNodeIsToldWhoComesAndGoesInOrder() {
    List<String> expected = new ArrayList<>();
    for (int n = 0; n < 1_000; n++) { // several messages
      Member member = ann("c" + n);
      a.enter(member);
      a.presence.leave(CHANNEL, member);
      expected.add("JOIN c" + n);
      expected.add("LEAVE c" + n);
    }
    for (Node node : nodes) {
      await().atMost(Duration.ofSeconds(5)).until(() -> node.heard.size() == 2_000);
      assertThat(node.heard).isEqualTo(expected);
    }
    assertThat(a.metrics.get("sluice.presence.moves").tag("outcome", "told").counter().count())
        .isEqualTo(2_000);
  }

  @Test
  void moreMovesThanCanWaitAreCountedAndNobodyWaits() {
    int all = MoveSender.MOST + 5_000;
    for (int n = 0; n < all; n++) {
      a.enter(ann("c" + n));
    }
    await().until(() -> sum(a, "told") + sum(a, "dropped") + sum(a, "failed") == all);
    assertThat(sum(a, "failed")).as("longer than nodes can be told at once").isZero();
    assertThat(a.heard).hasSize((int) sum(a, "told"));
    assertThat(a.counts().clients()).isEqualTo(all);
  }

  private static double sum(Node node, String outcome) {
    return node.metrics.get("sluice.presence.moves").tag("outcome", outcome).counter().count();
  }

  @Test
  void aSessionThatGoesOnAtAnotherNodeKeepsItsPlace() {
    ClientInfo first = new ClientInfo("ann", "c1", "");
    ClientInfo second = new ClientInfo("ann", "c2", "");
    Member before = Member.beginning(first, "s", 1);
    a.enter(before);
    await().until(() -> b.heard.contains("JOIN c1"));
    a.presence.away(CHANNEL, before);
    await().until(() -> sum(a, "told") == 2);
    Member after = Member.resuming(second, "s", 2);
    b.enter(after);

    for (Node node : nodes) {
      assertThat(node.page("", 100).members()).hasSize(1);
      await().until(() -> node.counts().clients() == 1);
      await().until(() -> node.shown().equals(List.of("c1")));
      assertThat(node.heard).containsExactly("JOIN c1");
    }
    b.presence.leave(CHANNEL, after);
    for (Node node : nodes) {
      await().until(() -> node.heard.size() == 2);
      assertThat(node.heard).containsExactly("JOIN c1", "LEAVE c1");
    }
  }

  /// All of it is told in one message.
  @Test
  void whoLeavesAndComesBackAtOnceHasItsOwnPlace() {
    Member before = Member.beginning(new ClientInfo("ann", "c1", ""), "s", 1);
    a.enter(before);
    await().until(() -> b.heard.contains("JOIN c1"));
    a.presence.away(CHANNEL, before);
    await().until(() -> sum(a, "told") == 2);
    Member after = Member.resuming(new ClientInfo("ann", "c2", ""), "s", 2);
    b.enter(after);
    b.presence.leave(CHANNEL, after);
    b.enter(after);

    await().until(() -> a.heard.size() == 3 && b.heard.size() == 3);
    assertThat(a.heard).containsExactly("JOIN c1", "LEAVE c1", "JOIN c2");
    assertThat(b.shown()).containsExactly("c2");
  }

  /// A phone changed networks: its first connection looks alive.
  @Test
  void aSessionTakenOverFromALiveConnectionIsShownOnce() {
    a.enter(Member.beginning(new ClientInfo("ann", "c1", ""), "s", 1));
    await().until(() -> b.heard.contains("JOIN c1"));
    b.enter(Member.resuming(new ClientInfo("ann", "c2", ""), "s", 2));

    assertThat(a.page("", 100).members()).hasSize(1);
    assertThat(b.shown()).containsExactly("c2");
    await().until(() -> a.heard.size() == 3);
    assertThat(a.heard).containsExactly("JOIN c1", "JOIN c2", "LEAVE c1");
    await().until(() -> b.counts().clients() == 1);
  }

  @Test
  void whoIsAwayLeavesWithTheNode() {
    Member member = Member.beginning(new ClientInfo("ann", "c1", ""), "s", 1);
    a.enter(member);
    a.presence.away(CHANNEL, member);
    a.presence.close();
    assertThat(b.heard).containsExactly("JOIN c1", "LEAVE c1");
  }

  @Test
  void whoStaysAwayTooLongLeaves() {
    Presence brief =
        new Presence(
            "c",
            new PresenceConfig(10, 10, Duration.ofMillis(50)),
            a,
            this::tell,
            _ -> {},
            new SimpleMeterRegistry());
    Member member = Member.beginning(new ClientInfo("ann", "c1", ""), "s", 1);
    brief.enter(CHANNEL, policy, member);
    brief.away(CHANNEL, member);
    await().until(() -> a.heard.equals(List.of("JOIN c1", "LEAVE c1")));
    brief.close();
  }

  @Test
  void whatALaterVersionTellsIsPassedOver() throws Exception {
    a.presence.told(
        JSON.readTree(
            """
            {"type":"presence","moves":[{"k":"new"},{},{"k":"j","c":"room","i":"c9","u":"ann","x":1}]}
            """));
    assertThat(a.heard).containsExactly("JOIN c9");
  }
}
