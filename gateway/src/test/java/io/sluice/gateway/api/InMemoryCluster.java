package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.Revocation;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Topic;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers what it is told. `n1` has the subscribers it is given, and so has `n2` if there are
/// two.
final class InMemoryCluster implements ClusterPort {
  final List<NodeCommand> told = new CopyOnWriteArrayList<>();
  final Map<String, Revocation> revoked = new ConcurrentHashMap<>();
  final Map<String, AwaySession> away = new ConcurrentHashMap<>();
  final ArrayNode connections = JsonNodeFactory.instance.arrayNode();
  volatile TellOutcome outcome = new TellOutcome.Acknowledged();
  volatile List<String> missing = List.of();
  volatile boolean two;
  volatile boolean silent;
  volatile boolean redisAway;
  private final Map<String, Integer> subscribers;

  InMemoryCluster(Map<String, Integer> subscribers) {
    this.subscribers = subscribers;
  }

  @Override
  public CompletionStage<TellOutcome> tell(NodeCommand command) {
    told.add(command);
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public CompletionStage<Answers> ask(Topic topic, ObjectNode question) {
    JsonNode answer =
        switch (topic) {
          case CHANNELS ->
              Channels.one(question)
                  .map(name -> Channels.answer(name, subscribers.getOrDefault(name, 0)))
                  .orElseGet(() -> Channels.answer(question, subscribers));
          case USER_SESSIONS ->
              JsonNodeFactory.instance
                  .objectNode()
                  .set(
                      "sessions",
                      question.path("user").asText().equals("ann")
                          ? connections
                          : JsonNodeFactory.instance.arrayNode());
          default -> throw new AssertionError("nobody asks here about " + topic);
        };
    Map<String, JsonNode> byNode = new LinkedHashMap<>();
    byNode.put("n1", answer);
    if (two) {
      byNode.put("n2", answer);
    }
    return CompletableFuture.completedStage(new Answers(byNode, missing));
  }

  @Override
  public CompletionStage<Optional<AwaySession>> away(String user, String session) {
    return redisAway
        ? CompletableFuture.failedStage(new IllegalStateException("Redis is away"))
        : CompletableFuture.completedStage(Optional.ofNullable(away.get(user + "/" + session)));
  }

  @Override
  public CompletionStage<RevocationOutcome> revoke(
      String user, Instant issuedBefore, Instant until) {
    Revocation counts =
        revoked.merge(
            user,
            new Revocation(user, issuedBefore, until),
            (known, wanted) ->
                new Revocation(
                    user,
                    wanted.issuedBefore(),
                    known.until().isAfter(wanted.until()) ? known.until() : wanted.until()));
    return CompletableFuture.completedStage(new RevocationOutcome(outcome, counts));
  }

  @Override
  public CompletionStage<TellOutcome> forgive(Revocation revocation) {
    revoked.remove(revocation.user());
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public CompletionStage<RevocationNow> revocation(String user) {
    Revocation known = revoked.get(user);
    return CompletableFuture.completedStage(
        silent
            ? new RevocationNow.Unanswered()
            : known == null ? new RevocationNow.None() : new RevocationNow.Revoked(known));
  }
}
