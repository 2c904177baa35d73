package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.broker.DeadLetterReport;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.NodeInfo;
import io.sluice.broker.NodeLoad;
import io.sluice.broker.NodeStatus;
import io.sluice.broker.Position;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.ReplayLimits;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.presence.Presence;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStoreSettings;
import io.sluice.session.SessionStores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A node that keeps what is published and answers at once, unless told otherwise.
final class InMemoryNode implements NodePort {
  final Presence presence = presence("n1");
  final List<Published> published = new CopyOnWriteArrayList<>();
  final Map<String, Integer> subscribers = new TreeMap<>();
  final InMemoryCluster cluster = new InMemoryCluster(subscribers);
  final List<HistoryQuery> asked = new CopyOnWriteArrayList<>();
  volatile History past = new History.Page(new Position("e1", 7), List.of());
  volatile DeadLetterReport deadLetters = new DeadLetterReport.Known(List.of(), List.of(), 0, true);
  private final AtomicInteger offset = new AtomicInteger();
  volatile Function<ChannelName, CompletionStage<PublishOutcome>> answer = _ -> acknowledged();
  private final SessionStore sessions =
      SessionStores.open(SessionStoreSettings.of(""), new SimpleMeterRegistry());

  record Published(String channel, String data, Map<String, String> tags) {}

  CompletionStage<PublishOutcome> acknowledged() {
    return now(new PublishOutcome.Acknowledged(new Position("e1", offset.incrementAndGet())));
  }

  static CompletionStage<PublishOutcome> now(PublishOutcome outcome) {
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public CompletionStage<PublishOutcome> publish(
      ChannelName channel, byte[] data, Map<String, String> tags, Optional<String> idempotencyKey) {
    published.add(
        new Published(channel.toString(), new String(data, StandardCharsets.ISO_8859_1), tags));
    return answer.apply(channel);
  }

  @Override
  public IdempotencyStore idempotency() {
    return sessions.idempotency();
  }

  @Override
  public CompletionStage<History> history(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    asked.add(query);
    return CompletableFuture.completedStage(past);
  }

  @Override
  public ChannelTop top(ChannelName channel) {
    return new ChannelTop(2, new Position("e1", 7));
  }

  @Override
  public long horizon(ChannelName channel, ReplayLimits limits) {
    return limits.records();
  }

  @Override
  public InMemoryCluster cluster() {
    return cluster;
  }

  @Override
  public CompletionStage<Answers> stats() {
    NodeStats own = new NodeStats("n1", "0.1.0", Duration.ofSeconds(90), 3, 2, 5, 4);
    return CompletableFuture.completedStage(new Answers(Map.of("n1", own.toJson()), List.of("n2")));
  }

  @Override
  public CompletionStage<DeadLetterReport> deadLetters() {
    return CompletableFuture.completedStage(deadLetters);
  }

  @Override
  public List<NodeStatus> nodes() {
    return List.of(
        new NodeStatus(
            new NodeInfo("n1", Instant.EPOCH, "ws://a:8000", "http://a:9000", "0.1.0"),
            new NodeLoad(false, 3, 5, 4),
            NodeStatus.State.LIVE),
        new NodeStatus(
            new NodeInfo("n2", Instant.EPOCH, "ws://b:8000", "http://b:9000", "0.1.0"),
            new NodeLoad(true, 1, 0, 0),
            NodeStatus.State.STALE));
  }

  @Override
  public CompletionStage<ObjectNode> state() {
    return CompletableFuture.completedStage(
        JsonNodeFactory.instance.objectNode().set("node", JsonNodeFactory.instance.objectNode()));
  }

  @Override
  public Presence presence() {
    return presence;
  }

  /// Nobody is anywhere else.
  private static Presence presence(String nodeId) {
    Answers none = new Answers(Map.of(), List.of());
    return new Presence(
        nodeId,
        new PresenceConfig(100, 100, Duration.ZERO),
        new Presence.Others() {
          @Override
          public CompletionStage<Answers> members(ObjectNode question) {
            return CompletableFuture.completedStage(none);
          }

          @Override
          public CompletionStage<Answers> counts(ObjectNode question) {
            return CompletableFuture.completedStage(none);
          }
        },
        _ -> CompletableFuture.completedStage(true),
        _ -> {},
        new SimpleMeterRegistry());
  }
}
