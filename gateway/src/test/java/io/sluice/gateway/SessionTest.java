package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStores;
import io.sluice.session.StoredSession;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Sessions on two nodes: taken over, gone on with, and lost by Redis. One of the nodes writes its
/// sessions every second, the other one so seldom that nothing here can be its checkpoints' doing.
final class SessionTest {
  private static final String TOPIC = "sessions.default";
  private static final int TAKEN_OVER = 4500;
  private static final int MAX_SCAN = 200;

  /// Its second, and some for a busy machine.
  private static final Duration ONE_CHECKPOINT = Duration.ofMillis(1_750);

  private static EmbeddedRedis redis;
  private static SessionStore store;
  private static RedisClient client;
  private static StatefulRedisConnection<String, String> connection;
  private static Gateway seldom;
  private static Gateway often;

  @BeforeAll
  static void start() throws Exception {
    redis = EmbeddedRedis.builder().start();
    store =
        SessionStores.open(
            PartSettings.sessions(TestStack.config("sessions", Map.of("redis.uri", redis.uri()))),
            new SimpleMeterRegistry());
    client = RedisClient.create(redis.uri());
    connection = client.connect();
    seldom = node("seldom", "60s");
    often = node("often", "1s");
    for (Gateway node : List.of(seldom, often)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              new EdgeProbe(node.apiPort())
                  .get("/api/v1/nodes", "X-API-Key: " + TestStack.API_KEY)
                  .matches("(?s).*(seldom.*often|often.*seldom).*"));
    }
  }

  private static Gateway node(String id, String checkpoint) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.id", id);
    settings.put("redis.uri", redis.uri());
    settings.put("redis.checkpoint", checkpoint);
    settings.put("redis.timeout", "2s"); // an opening that nobody has is waited for so long
    settings.put("window.age", "0s");
    settings.put("kafka.partitions", "1");
    settings.put("namespaces.default.replay.max-scan", Integer.toString(MAX_SCAN));
    return TestStack.node("sessions", settings);
  }

  @AfterAll
  static void stop() {
    seldom.close();
    often.close();
    connection.close();
    client.close();
    store.close();
    redis.close();
  }

  private static String connect(String user, String session) {
    return "{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}"
        .formatted(TestStack.token(user), session);
  }

  private static JsonNode connected(TestClient by, String user, String session) throws Exception {
    return by.command("connect", connect(user, session)).path("connect");
  }

  private static String outcome(JsonNode connected) {
    return connected.path("data").path("sluice").path("session").asText();
  }

  private static Optional<StoredSession> stored(String user, String session) {
    return store.find(new SessionKey(user, session)).toCompletableFuture().join();
  }

  private static void assertServed(TestClient by) throws Exception {
    assertThat(by.command("ping", "{}").has("error")).isFalse();
    assertThat(by.closed()).isNotDone();
  }

  @Test
  void whoComesBackAtAnotherNodeTakesTheSessionOverAndTheEarlierOneIsClosedAtOnce()
      throws Exception {
    try (TestClient earlier = TestClient.silent(seldom);
        TestClient later = TestClient.silent(often)) {
      JsonNode first = connected(earlier, "ann", "other-node");
      assertThat(outcome(first)).isEqualTo("new");

      JsonNode second = connected(later, "ann", "other-node");

      assertThat(outcome(second)).isEqualTo("resumed");
      assertThat(earlier.closeCode()).isEqualTo(TAKEN_OVER);
      assertServed(later);
      assertThat(stored("ann", "other-node").orElseThrow().info().node()).isEqualTo("often");
    }
  }

  @Test
  void itIsTheSameOnOneNodeAndForStreamsThatCanOnlyBeHeard() throws Exception {
    String query = "session=tab%201&" + UniClient.query("bob", "news");
    try (TestClient earlier = TestClient.uni(seldom, query)) {
      JsonNode first = earlier.next(m -> m.has("connect")).path("connect");
      assertThat(outcome(first)).isEqualTo("new");
      try (TestClient later = TestClient.uni(seldom, query)) {
        assertThat(outcome(later.next(m -> m.has("connect")).path("connect"))).isEqualTo("resumed");
        assertThat(earlier.closeCode()).isEqualTo(TAKEN_OVER);
        assertThat(later.closed()).isNotDone();
      }
    }
    assertThat(stored("bob", "tab 1")).isPresent();
  }

  @Test
  void aSessionThatCannotBeHadIsRefusedWith103() throws Exception {
    double before = refused();
    try (TestClient client = TestClient.silent(seldom)) {
      JsonNode answer = client.command("connect", connect("ann", "s".repeat(65)));
      assertThat(answer.path("error").path("code").asInt()).isEqualTo(103);
      assertThat(outcome(connected(client, "ann", "s".repeat(64)))).isEqualTo("new");
    }
    assertThat(refused()).isEqualTo(before + 1);
  }

  private static double refused() throws Exception {
    return new EdgeProbe(seldom.apiPort())
        .metric("sluice_edge_sessions_total{outcome=\"refused\"}");
  }

  /// Each round, whichever comes last keeps it; the other one may not even be answered before.
  @RepeatedTest(10)
  void raceOfTwoConnectionsThatOpenOneSessionAtOnceOnTwoNodes() throws Exception {
    String session = "race-" + System.nanoTime();
    try (TestClient one = TestClient.silent(seldom);
        TestClient two = TestClient.silent(often)) {
      both(
          () -> one.send("{\"id\":1,\"connect\":" + connect("ann", session) + "}"),
          () -> two.send("{\"id\":1,\"connect\":" + connect("ann", session) + "}"));

      CompletableFuture.anyOf(one.closed(), two.closed()).get(10, TimeUnit.SECONDS);

      TestClient loser = one.closed().isDone() ? one : two;
      assertThat(loser.closeCode()).isEqualTo(TAKEN_OVER);
      TestClient winner = loser == one ? two : one;
      JsonNode connected = winner.next(m -> m.path("id").asInt() == 1).path("connect");
      assertThat(outcome(connected)).isEqualTo("resumed");
      assertThat(winner.closed()).isNotDone();
      StoredSession held = stored("ann", session).orElseThrow();
      assertThat(held.info().client()).isEqualTo(connected.path("client").asText());
      assertThat(held.closed()).isEmpty();
    }
  }

  @RepeatedTest(10)
  void raceOfATakeOverWithTheEarlierConnectionsEnd() throws Exception {
    String session = "closing-" + System.nanoTime();
    try (TestClient earlier = TestClient.silent(seldom);
        TestClient later = TestClient.silent(often)) {
      connected(earlier, "ann", session);
      List<JsonNode> answers = new ArrayList<>();

      both(earlier::cut, () -> answers.add(connected(later, "ann", session)));

      assertThat(outcome(answers.getFirst())).isEqualTo("resumed");
      awaitGone(seldom, "ann", session); // all that the earlier one does has been done
      StoredSession held = stored("ann", session).orElseThrow();
      assertThat(held.info().node()).isEqualTo("often");
      assertThat(held.closed()).isEmpty();
      assertServed(later);
    }
  }

  /// Whether Redis forgets the earlier holder just before or just after the later one has opened
  /// the session: one of them is told, or its next checkpoint is refused.
  @RepeatedTest(5)
  void raceOfAResumeWithAFlush() throws Exception {
    String session = "flush-" + System.nanoTime();
    try (TestClient earlier = TestClient.silent(often);
        TestClient later = TestClient.silent(seldom)) {
      connected(earlier, "ann", session);

      both(() -> connection.sync().flushall(), () -> connected(later, "ann", session));

      assertThat(earlier.closeCode()).isEqualTo(TAKEN_OVER);
      assertServed(later);
    }
  }

  /// As when the other node has sent it long ago, a network has held it back, and its client has
  /// come here since.
  @Test
  void anOpeningThatComesLateTakesNoSessionFromWhoHoldsIt() throws Exception {
    try (TestClient holder = TestClient.silent(often)) {
      String client = connected(holder, "ann", "late").path("client").asText();
      long before = stored("ann", "late").orElseThrow().generation();

      long late = opened("late", new SessionInfo("seldom", "gone", Instant.now()));

      assertThat(late).isGreaterThan(before);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> stored("ann", "late").orElseThrow().generation() > late);
      StoredSession held = stored("ann", "late").orElseThrow();
      assertThat(held.info().client()).isEqualTo(client);
      assertServed(holder);
      try (TestClient next = TestClient.silent(seldom)) {
        assertThat(outcome(connected(next, "ann", "late"))).isEqualTo("resumed");
        assertThat(holder.closeCode()).isEqualTo(TAKEN_OVER);
      }
    }
  }

  @Test
  void anOpeningOfANodeThatIsGoneTakesNoSessionEither() throws Exception {
    try (TestClient holder = TestClient.silent(often)) {
      connected(holder, "ann", "late-of-nobody");
      long late = opened("late-of-nobody", new SessionInfo("dead", "gone", Instant.now()));

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> stored("ann", "late-of-nobody").orElseThrow().generation() > late);
      assertServed(holder);
    }
  }

  private static long opened(String session, SessionInfo by) {
    return store.open(new SessionKey("ann", session), by).toCompletableFuture().join().generation();
  }

  @Test
  void afterAFlushTheViewIsCompleteWithinOneCheckpointAndNobodyIsClosed() throws Exception {
    List<TestClient> all = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        TestClient one = TestClient.silent(often);
        all.add(one);
        connected(one, "user-" + i % 10, "flushed-" + i);
      }

      List<Duration> took = new ArrayList<>();
      do { // the machine may stand still in one of them
        connection.sync().flushall();
        long began = System.nanoTime();
        await()
            .pollInterval(Duration.ofMillis(50))
            .until(() ->
                Stream.iterate(0, i -> i + 1)
                    .limit(50)
                    .allMatch(i -> stored("user-" + i % 10, "flushed-" + i).isPresent()));
        took.add(HostilePeer.since(began));
      } while (took.getLast().compareTo(ONE_CHECKPOINT) >= 0 && took.size() < 3);
      assertThat(took.getLast()).as("the last of %s", took).isLessThan(ONE_CHECKPOINT);
      assertThat(store.ofUser("user-3").toCompletableFuture().join()).hasSize(5);
      for (TestClient one : all) {
        assertServed(one);
      }
    } finally {
      all.forEach(TestClient::close);
    }
  }

  @Test
  void whatACommandSubscribedIsSubscribedAgainWhereTheSessionGoesOn() throws Exception {
    try (TestClient earlier = TestClient.silent(seldom)) {
      connected(earlier, "carl", "given");
      for (String channel : List.of("one", "two")) {
        command("subscribe", "carl", channel);
        earlier.next(m -> m.path("push").has("subscribe"));
      }
      command("unsubscribe", "carl", "one");
      earlier.next(m -> m.path("push").has("unsubscribe"));
    }
    awaitGone(seldom, "carl", "given");
    JsonNode again;
    try (TestClient later = TestClient.silent(often)) {
      again = connected(later, "carl", "given");
      assertThat(outcome(again)).isEqualTo("resumed");
      assertThat(again.path("subs").propertyStream().map(Map.Entry::getKey)).containsExactly("two");
      TestStack.produce(TOPIC, "two", "2");
      assertThat(later.publication("two").path("data").asInt()).isEqualTo(2);
    }
    awaitGone(often, "carl", "given");
    try (TestClient other = TestClient.silent(seldom)) {
      assertThat(connected(other, "carl", "another").path("subs").isEmpty()).isTrue();
    }
  }

  /// Nobody has the session then; the user's other one shows that its node was told.
  @Test
  void whatACommandTakesFromASessionInItsGracePeriodIsNotGivenAgain() throws Exception {
    try (TestClient witness = TestClient.silent(often)) {
      connected(witness, "finn", "witness");
      try (TestClient earlier = TestClient.silent(seldom)) {
        connected(earlier, "finn", "left");
        for (String channel : List.of("one", "two")) {
          command("subscribe", "finn", channel);
          earlier.next(m -> m.path("push").has("subscribe"));
        }
      }
      awaitGone(seldom, "finn", "left");
      command("unsubscribe", "finn", "one");
      witness.next(m -> m.path("push").has("unsubscribe"));
      try (TestClient later = TestClient.silent(often)) {
        assertThat(connected(later, "finn", "left").path("subs").propertyStream())
            .extracting(Map.Entry::getKey)
            .containsExactly("two");
      }
    }
  }

  /// Its next regular checkpoint is a minute away.
  @Test
  void whatACommandDidIsKnownToWhoTakesTheSessionOver() throws Exception {
    try (TestClient earlier = TestClient.silent(seldom)) {
      connected(earlier, "eva", "fresh");
      for (String channel : List.of("one", "two")) {
        command("subscribe", "eva", channel);
        earlier.next(m -> m.path("push").has("subscribe"));
      }
      awaitGiven("eva", "fresh", "one", "two");
      command("unsubscribe", "eva", "one");
      earlier.next(m -> m.path("push").has("unsubscribe"));
      awaitGiven("eva", "fresh", "two");
      try (TestClient later = TestClient.silent(often)) {
        assertThat(connected(later, "eva", "fresh").path("subs").propertyStream())
            .extracting(Map.Entry::getKey)
            .containsExactly("two");
      }
    }
  }

  private static void awaitGiven(String user, String session, String... channels) {
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() ->
            stored(user, session).orElseThrow().state().subscriptions().equals(List.of(channels)));
  }

  private static void command(String method, String user, String channel) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + often.apiPort() + "/api/" + method))
            .header("X-API-Key", TestStack.API_KEY)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    TestClient.object(Map.of("user", user, "channel", channel))))
            .build();
    String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    assertThat(answer).doesNotContain("error");
  }

  /// Nobody was ever asked to come back: the session says up to where its channel was quiet.
  @Test
  void aQuietChannelsOldPositionIsGoodWhereTheSessionGoesOn() throws Exception {
    JsonNode position;
    try (TestClient earlier = TestClient.silent(often)) {
      connected(earlier, "dora", "quiet");
      position = earlier.subscribe("silent").path("subscribe");
      others(MAX_SCAN / 2 - 20);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() ->
              stored("dora", "quiet").orElseThrow().state().served().stream()
                  .anyMatch(it -> it.liveUntil() - it.told() >= MAX_SCAN / 2 - 20));
      earlier.cut(); // what is written at the end is as much
    }
    others(MAX_SCAN / 2 + 40);
    try (Gateway fresh = node("fresh", "60s"); // whose window has nothing of it
        TestClient stranger = TestClient.connected(fresh, "dora");
        TestClient later = TestClient.silent(fresh)) {
      assertThat(recovered(stranger, position, 0)).as("by itself it is too old").isFalse();
      assertThat(outcome(connected(later, "dora", "quiet"))).isEqualTo("resumed");
      assertThat(recovered(later, position, 0)).isTrue();
      TestStack.produce(TOPIC, "silent", "7");
      assertThat(later.publication("silent").path("data").asInt()).isEqualTo(7);
    }
    try (Gateway fresh = node("fresh-2", "60s");
        TestClient later = TestClient.silent(fresh)) {
      connected(later, "dora", "quiet");
      assertThat(recovered(later, position, 1)).as("another position").isFalse();
    }
  }

  private static boolean recovered(TestClient by, JsonNode from, long more) throws Exception {
    return by.recover("silent", from.path("epoch").asText(), from.path("offset").asLong() + more)
        .path("subscribe")
        .path("recovered")
        .asBoolean();
  }

  private static void others(int records) throws Exception {
    TestStack.produceBatch(
        TOPIC, "busy", java.util.Collections.nCopies(records, "{\"busy\":true}"));
  }

  /// Returns when that node has no connection of the session any more.
  private static void awaitGone(Gateway node, String user, String session) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            !new EdgeProbe(node.apiPort())
                    .get("/api/v1/users/" + user + "/sessions", "X-API-Key: " + TestStack.API_KEY)
                    .contains(session)
                || stored(user, session)
                    .filter(it -> !it.info().node().equals(node.nodeId()))
                    .isPresent());
  }

  private interface Step {
    void take() throws Exception;
  }

  /// At once, on two threads.
  private static void both(Step one, Step two) throws Exception {
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> take(one));
    take(two);
    first.get(20, TimeUnit.SECONDS);
  }

  private static void take(Step step) {
    try {
      step.take();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
