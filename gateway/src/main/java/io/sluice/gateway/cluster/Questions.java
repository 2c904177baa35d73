package io.sluice.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.NodeInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is asked of all live nodes, or of one, and answered here for others. A node that does not
/// answer within a second is named and waited for no longer. Neither Kafka nor Redis is needed,
/// only the nodes' API ports.
///
/// For any thread; nothing waits.
public final class Questions implements AutoCloseable {
  /// Where nodes are asked, followed by `/` and [Topic#text].
  public static final String PATH = "/internal/questions";

  /// The longest question, in bytes of JSON.
  public static final int MAX_QUESTION = 64 << 10;

  /// The longest answer of one node, in bytes of JSON.
  public static final int MAX_ANSWER = 32 << 20;

  /// How long a node has to answer.
  public static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Questions.class);

  private final String self;
  private final Supplier<List<NodeInfo>> live;
  private final MeterProvider<Counter> unanswered;
  private final Asking others;
  private final Map<Topic, Answering> answering = new ConcurrentHashMap<>();

  /// @param self this node's id
  /// @param live the nodes that live
  /// @param key of their APIs, as it is now
  /// @param metrics count the questions without an answer, by what became of them
  public Questions(
      String self, Supplier<List<NodeInfo>> live, Supplier<String> key, MeterRegistry metrics) {
    this.self = self;
    this.live = live;
    this.unanswered =
        Counter.builder("sluice.questions.unanswered")
            .description(
                "Questions to nodes that were not answered: too late, the node was busy, this one had too much under way (own-limit), or it failed")
            .withRegistry(metrics);
    for (UnansweredException.Why why : UnansweredException.Why.values()) {
      unanswered.withTag("cause", why.text());
    }
    this.others = new Asking(key, PATIENCE);
  }

  /// What this node answers to questions about a topic. Once for each topic, before the node joins.
  public void answering(Topic topic, Answering answers) {
    if (answering.putIfAbsent(topic, answers) != null) {
      throw new IllegalStateException("two answer to questions about " + topic);
    }
  }

  /// Asks every live node, this one included, which answers without HTTP.
  ///
  /// @param question left alone from here on
  /// @return never fails, and completes within a second, on a thread of its own, where the answers
  ///   may be worked on: they may be long
  /// @throws IllegalArgumentException when the question is longer than [#MAX_QUESTION]
  public CompletionStage<Answers> ask(Topic topic, ObjectNode question) {
    byte[] bytes = bytes(question);
    Map<String, CompletableFuture<Optional<JsonNode>>> asked = new LinkedHashMap<>();
    asked.put(self, quietly(self, topic, answerHere(topic, question)));
    for (NodeInfo node : live.get()) {
      if (!node.id().equals(self)) {
        asked.put(node.id(), quietly(node.id(), topic, others.ask(node, topic, bytes)));
      }
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
        .thenApplyAsync(_ -> gather(asked), Thread::startVirtualThread);
  }

  /// Whether a node is among those that live, or is this one.
  public boolean isAlive(String node) {
    return node.equals(self) || live.get().stream().anyMatch(it -> it.id().equals(node));
  }

  /// Asks one node, which may be this one.
  ///
  /// @param question left alone from here on
  /// @return empty: it is not alive, or has not answered within a second; never fails
  /// @throws IllegalArgumentException when the question is longer than [#MAX_QUESTION]
  public CompletionStage<Optional<JsonNode>> ask(String node, Topic topic, ObjectNode question) {
    byte[] bytes = bytes(question);
    if (node.equals(self)) {
      return quietly(self, topic, answerHere(topic, question));
    }
    return live.get().stream()
        .filter(it -> it.id().equals(node))
        .findAny()
        .map(it -> quietly(node, topic, others.ask(it, topic, bytes)))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  /// This node's own answer, for others that ask. Fails when nobody answers to the topic, when the
  /// question makes no sense, or after a second.
  public CompletionStage<JsonNode> answer(Topic topic, JsonNode question) {
    return answerHere(topic, question);
  }

  private CompletableFuture<JsonNode> answerHere(Topic topic, JsonNode question) {
    Answering here = answering.get(topic);
    if (here == null) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("this node does not answer to " + topic));
    }
    try {
      return here.answer(question)
          .toCompletableFuture()
          .copy()
          .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Optional<JsonNode>> quietly(
      String node, Topic topic, CompletableFuture<JsonNode> answer) {
    return answer
        .thenApply(Optional::of)
        .exceptionally(failure -> {
          UnansweredException.Why why = UnansweredException.Why.of(failure);
          unanswered.withTag("cause", why.text()).increment();
          log.debug("a node did not answer nodeId={} topic={}", node, topic, failure);
          return Optional.empty();
        });
  }

  private static Answers gather(Map<String, CompletableFuture<Optional<JsonNode>>> asked) {
    Map<String, JsonNode> byNode = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    asked.forEach((node, answer) ->
        answer.join().ifPresentOrElse(it -> byNode.put(node, it), () -> missing.add(node)));
    return new Answers(byNode, missing);
  }

  private static byte[] bytes(ObjectNode question) {
    byte[] bytes = question.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_QUESTION) {
      throw new IllegalArgumentException(
          "a question of %d bytes, at most %d".formatted(bytes.length, MAX_QUESTION));
    }
    return bytes;
  }

  @Override
  public void close() {
    others.close();
  }
}
