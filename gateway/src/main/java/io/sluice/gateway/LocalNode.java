package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.broker.DeadLetterReport;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.NodeStatus;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.ReplayLimits;
import io.sluice.gateway.api.Channels;
import io.sluice.gateway.api.ClusterPort;
import io.sluice.gateway.api.NodePort;
import io.sluice.gateway.api.NodeStats;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Topic;
import io.sluice.gateway.edge.EdgeServer;
import io.sluice.gateway.edge.Overload;
import io.sluice.gateway.edge.ShedLevel;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.presence.Presence;
import io.sluice.session.IdempotencyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// This node as its API sees it. For any thread.
final class LocalNode implements NodePort {
  private final String id;
  private final Instant started;
  private final BrokerBridge bridge;
  private final Hub hub;
  private final EdgeServer edge;
  private final Questions questions;
  private final Presence presence;
  private final ClusterPort cluster;
  private final IdempotencyStore idempotency;
  private final Overload overload;
  private final Supplier<CompletionStage<ObjectNode>> state;

  LocalNode(
      String id,
      Instant started,
      BrokerBridge bridge,
      Hub hub,
      EdgeServer edge,
      Questions questions,
      Presence presence,
      ClusterPort cluster,
      IdempotencyStore idempotency,
      Overload overload,
      Supplier<CompletionStage<ObjectNode>> state) {
    this.id = id;
    this.started = started;
    this.bridge = bridge;
    this.hub = hub;
    this.edge = edge;
    this.questions = questions;
    this.presence = presence;
    this.cluster = cluster;
    this.idempotency = idempotency;
    this.overload = overload;
    this.state = state;
    questions.answering(Topic.INFO, _ -> ownStats());
    questions.answering(Topic.CHANNELS, this::channels);
  }

  @Override
  public CompletionStage<PublishOutcome> publish(
      ChannelName channel, byte[] data, Map<String, String> tags, Optional<String> idempotencyKey) {
    return bridge.publish(channel, data, tags, Optional.empty(), idempotencyKey);
  }

  @Override
  public IdempotencyStore idempotency() {
    return idempotency;
  }

  @Override
  public CompletionStage<History> history(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    return overload.sheds(ShedLevel.HISTORY)
        ? CompletableFuture.completedStage(new History.Busy())
        : bridge.history(channel, query, limits);
  }

  @Override
  public ChannelTop top(ChannelName channel) {
    return bridge.top(channel);
  }

  @Override
  public long horizon(ChannelName channel, ReplayLimits limits) {
    return bridge.partition(channel).horizon(limits);
  }

  @Override
  public ClusterPort cluster() {
    return cluster;
  }

  @Override
  public Presence presence() {
    return presence;
  }

  @Override
  public CompletionStage<Answers> stats() {
    return questions.ask(Topic.INFO, JsonNodeFactory.instance.objectNode());
  }

  private CompletionStage<JsonNode> ownStats() {
    return edge.stats()
        .thenApply(stats ->
            new NodeStats(
                    id,
                    Version.CURRENT,
                    Duration.between(started, Instant.now()),
                    stats.clients(),
                    stats.users(),
                    stats.subscriptions(),
                    hub.channelCount())
                .toJson());
  }

  private CompletionStage<JsonNode> channels(JsonNode question) {
    return Channels.one(question)
        .map(name ->
            hub.subscribers(ChannelName.parse(name)).thenApply(n -> Channels.answer(name, n)))
        .orElseGet(() ->
            hub.channels()
                .thenApplyAsync(all -> Channels.answer(question, all), Thread::startVirtualThread));
  }

  @Override
  public CompletionStage<DeadLetterReport> deadLetters() {
    return bridge.deadLetters();
  }

  @Override
  public List<NodeStatus> nodes() {
    return bridge.nodes();
  }

  @Override
  public CompletionStage<ObjectNode> state() {
    return state.get();
  }
}
