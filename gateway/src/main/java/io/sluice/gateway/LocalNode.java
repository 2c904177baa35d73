package io.sluice.gateway;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.NodeInfo;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.ReplayLimits;
import io.sluice.gateway.api.NodePort;
import io.sluice.gateway.api.NodeStats;
import io.sluice.gateway.edge.EdgeServer;
import io.sluice.gateway.edge.EdgeStats;
import io.sluice.gateway.hub.Hub;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// This node as its API sees it. For any thread that may wait a moment for the loops.
final class LocalNode implements NodePort {
  private static final Duration LOOPS_ANSWER_WITHIN = Duration.ofSeconds(2);

  private final String id;
  private final Instant started;
  private final BrokerBridge bridge;
  private final Hub hub;
  private final EdgeServer edge;

  LocalNode(String id, Instant started, BrokerBridge bridge, Hub hub, EdgeServer edge) {
    this.id = id;
    this.started = started;
    this.bridge = bridge;
    this.hub = hub;
    this.edge = edge;
  }

  @Override
  public CompletionStage<PublishOutcome> publish(
      ChannelName channel, byte[] data, Map<String, String> tags) {
    return bridge.publish(channel, data, tags, Optional.empty());
  }

  @Override
  public CompletionStage<History> history(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    return bridge.history(channel, query, limits);
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
  public Map<String, Integer> channels(Predicate<String> wanted) {
    Map<String, Integer> all = new HashMap<>(await(hub.channels()));
    all.keySet().removeIf(wanted.negate());
    return all;
  }

  @Override
  public NodeStats stats() {
    EdgeStats stats = await(edge.stats());
    return new NodeStats(
        id,
        Version.CURRENT,
        Duration.between(started, Instant.now()),
        stats.clients(),
        stats.users(),
        stats.subscriptions(),
        await(hub.channels()).size());
  }

  @Override
  public List<NodeInfo> nodes() {
    return bridge.liveNodes();
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(LOOPS_ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "the event loops did not answer in " + LOOPS_ANSWER_WITHIN, e);
    }
  }
}
