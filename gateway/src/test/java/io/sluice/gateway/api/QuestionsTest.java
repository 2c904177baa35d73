package io.sluice.gateway.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.NodeInfo;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A node that asks, with two that answer, over real sockets.
class QuestionsTest {
  private static final ObjectNode QUESTION = JsonNodeFactory.instance.objectNode().put("q", 1);

  /// A second, and some for a busy machine; by itself a mute node would never be done with.
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private final TestApi one = new TestApi();
  private final TestApi two = new TestApi();
  private final List<NodeInfo> live = new CopyOnWriteArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Questions asking = new Questions("self", () -> live, () -> TestApi.KEY, metrics);

  @BeforeEach
  void prepare() {
    live.add(node("self", -1));
    live.add(node("one", one.server.port()));
    live.add(node("two", two.server.port()));
    asking.answering(Topic.USER_SESSIONS, question -> answer("self", question));
    one.questions.answering(Topic.USER_SESSIONS, question -> answer("one", question));
    two.questions.answering(Topic.USER_SESSIONS, question -> answer("two", question));
  }

  @AfterEach
  void close() {
    asking.close();
    one.close();
    two.close();
  }

  @Test
  void everyLiveNodeIsAskedAndThisOneToo() {
    Answers answers = all(Topic.USER_SESSIONS);
    assertThat(answers.missing()).isEmpty();
    assertThat(answers.byNode().keySet()).containsExactly("self", "one", "two");
    assertThat(answers.byNode().get("two")).hasToString("{\"of\":\"two\",\"asked\":{\"q\":1}}");
  }

  @Test
  void whoDoesNotAnswerInASecondIsNamed() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      live.add(node("mute", mute.getLocalPort()));
      live.add(node("gone", 1)); // nobody listens there
      live.add(new NodeInfo("odd", Instant.EPOCH, "", "no address", ""));
      long began = System.nanoTime();
      Answers answers = all(Topic.USER_SESSIONS);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WITHIN);
      assertThat(answers.byNode().keySet()).containsExactly("self", "one", "two");
      assertThat(answers.missing()).containsExactly("mute", "gone", "odd");
      assertThat(asking.ask("mute", Topic.USER_SESSIONS, QUESTION).toCompletableFuture())
          .succeedsWithin(WITHIN)
          .matches(it -> it.isEmpty());
    }
  }

  @Test
  void questionsWithoutAnAnswerAreCountedByTheirCause() throws Exception {
    one.questions.answering(Topic.PRESENCE, _ -> new CompletableFuture<>());
    two.questions.answering(Topic.PRESENCE, question -> answer("two", question));
    asking.answering(Topic.PRESENCE, question -> answer("self", question));
    live.add(node("gone", 1));
    assertThat(all(Topic.PRESENCE).missing()).containsExactly("one", "gone");
    assertThat(unanswered("late") + unanswered("failed")).isEqualTo(2);
    assertThat(unanswered("own-limit") + unanswered("busy")).isZero();

    // as many as may be under way, and one more
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      live.clear();
      live.add(node("mute", mute.getLocalPort()));
      ObjectNode large = QUESTION.deepCopy().put("x", "x".repeat(63 << 10));
      List<CompletableFuture<Answers>> all = new ArrayList<>();
      for (int i = 0; i < 140; i++) { // of 63 KiB; 8 MiB are 130
        all.add(asking.ask(Topic.PRESENCE, large).toCompletableFuture());
      }
      assertThat(unanswered("own-limit")).isBetween(5.0, 15.0);
      all.forEach(it -> assertThat(it.join().missing()).containsExactly("mute"));
    }
  }

  private double unanswered(String cause) {
    return metrics.counter("sluice.questions.unanswered", "cause", cause).count();
  }

  @Test
  void whoHasTooManyToAnswerIsCountedApart() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      live.clear();
      live.add(node("busy", busy.getLocalPort()));
      var answers = asking.ask(Topic.PRESENCE, QUESTION).toCompletableFuture();
      try (Socket socket = busy.accept()) {
        socket
            .getOutputStream()
            .write("HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        assertThat(answers.join().missing()).contains("busy");
      }
      assertThat(unanswered("busy")).isEqualTo(1);
    }
  }

  /// Nobody's event loop works on what may be megabytes.
  @Test
  void answersAreWorkedOnByAThreadOfTheirOwn() {
    CompletableFuture<JsonNode> own = new CompletableFuture<>();
    asking.answering(Topic.PRESENCE, _ -> own);
    live.clear();
    var worker = asking.ask(Topic.PRESENCE, QUESTION).thenApply(_ -> Thread.currentThread());
    own.complete(QUESTION); // as a loop would
    assertThat(worker.toCompletableFuture().join().isVirtual()).isTrue();
  }

  @Test
  void oneNodeIsAskedByItsId() {
    for (String node : List.of("self", "one", "two")) {
      assertThat(one(node, Topic.USER_SESSIONS)).contains("\"of\":\"" + node + "\"");
    }
    assertThat(one("three", Topic.USER_SESSIONS)).as("it is not alive").isEmpty();
  }

  @Test
  void whoCannotAnswerIsMissingAndTheOthersAreHeard() {
    asking.answering(
        Topic.CHANNELS,
        _ -> {
          throw new IllegalArgumentException("no such thing");
        });
    one.questions.answering(
        Topic.CHANNELS, _ -> CompletableFuture.failedFuture(new IllegalStateException("cannot")));
    two.questions.answering(Topic.CHANNELS, question -> answer("two", question));
    Answers answers = all(Topic.CHANNELS);
    assertThat(answers.byNode().keySet()).containsExactly("two");
    assertThat(answers.missing()).containsExactly("self", "one");
    assertThat(all(Topic.PRESENCE).missing()).as("nobody was told how").hasSize(3);
  }

  @Test
  void anAnswerThatIsTooLongIsNone() {
    one.questions.answering(
        Topic.PRESENCE,
        _ ->
            CompletableFuture.completedFuture(
                JsonNodeFactory.instance.textNode("x".repeat(Questions.MAX_ANSWER))));
    two.questions.answering(Topic.PRESENCE, question -> answer("two", question));
    assertThat(all(Topic.PRESENCE).byNode().keySet()).containsExactly("two");
  }

  @Test
  void aQuestionThatIsTooLongIsNotAsked() {
    ObjectNode longest = QUESTION.deepCopy().put("x", "x".repeat(Questions.MAX_QUESTION));
    assertThatThrownBy(() -> asking.ask(Topic.USER_SESSIONS, longest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 65536");
    assertThat(post("user-sessions", TestApi.KEY, longest.toString())).isEqualTo(413);
  }

  @Test
  void onlyWhoHasTheKeyMayAsk() {
    assertThat(post("user-sessions", TestApi.KEY, "{}")).isEqualTo(200);
    assertThat(post("user-sessions", "wrong", "{}")).isEqualTo(401);
    assertThat(post("anything", "wrong", "{}")).isEqualTo(401);
    assertThat(post("anything", TestApi.KEY, "{}")).isEqualTo(404);
    assertThat(post("user-sessions", TestApi.KEY, "{")).isEqualTo(400);
    assertThat(post("channels", TestApi.KEY, "{}")).as("nobody answers to it").isEqualTo(503);
    try (Questions stranger = new Questions("self", () -> live, () -> "wrong", metrics)) {
      assertThat(stranger.ask(Topic.USER_SESSIONS, QUESTION).toCompletableFuture().join().missing())
          .containsExactly("self", "one", "two");
    }
  }

  @Test
  void theNamesOfTopicsStay() {
    assertThat(List.of(Topic.values()).stream().map(Topic::text))
        .containsExactly(
            "presence",
            "presence-stats",
            "channels",
            "user-sessions",
            "session",
            "taken-over",
            "info");
  }

  private Answers all(Topic topic) {
    return asking.ask(topic, QUESTION).toCompletableFuture().join();
  }

  /// The answer, "" for none.
  private String one(String node, Topic topic) {
    return asking
        .ask(node, topic, QUESTION)
        .toCompletableFuture()
        .orTimeout(5, TimeUnit.SECONDS)
        .join()
        .map(JsonNode::toString)
        .orElse("");
  }

  private int post(String topic, String key, String body) {
    return one.send(
            one.request(Questions.PATH + "/" + topic)
                .header("X-API-Key", key)
                .POST(BodyPublishers.ofString(body)))
        .statusCode();
  }

  private static CompletionStage<JsonNode> answer(String node, JsonNode question) {
    return CompletableFuture.completedFuture(
        JsonNodeFactory.instance.objectNode().put("of", node).set("asked", question));
  }

  private static NodeInfo node(String id, int port) {
    return new NodeInfo(id, Instant.EPOCH, "", "http://127.0.0.1:" + port, "");
  }
}
