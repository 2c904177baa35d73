package io.sluice.gateway.api;

import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.NodeInfo;
import io.sluice.broker.Position;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.ReplayLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/// A node that keeps what is published and answers at once, unless told otherwise.
final class InMemoryNode implements NodePort {
  final List<Published> published = new CopyOnWriteArrayList<>();
  final Map<String, Integer> subscribers = new TreeMap<>();
  final List<HistoryQuery> asked = new CopyOnWriteArrayList<>();
  volatile History past = new History.Page(new Position("e1", 7), List.of());
  private final AtomicInteger offset = new AtomicInteger();
  volatile Function<ChannelName, CompletionStage<PublishOutcome>> answer = _ -> acknowledged();

  record Published(String channel, String data, Map<String, String> tags) {}

  CompletionStage<PublishOutcome> acknowledged() {
    return now(new PublishOutcome.Acknowledged(new Position("e1", offset.incrementAndGet())));
  }

  static CompletionStage<PublishOutcome> now(PublishOutcome outcome) {
    return CompletableFuture.completedStage(outcome);
  }

  @Override
  public CompletionStage<PublishOutcome> publish(
      ChannelName channel, byte[] data, Map<String, String> tags) {
    published.add(
        new Published(channel.toString(), new String(data, StandardCharsets.ISO_8859_1), tags));
    return answer.apply(channel);
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
  public Map<String, Integer> channels(Predicate<String> wanted) {
    Map<String, Integer> found = new TreeMap<>(subscribers);
    found.keySet().removeIf(wanted.negate());
    return found;
  }

  @Override
  public NodeStats stats() {
    return new NodeStats("n1", "0.1.0", Duration.ofSeconds(90), 3, 2, 5, 4);
  }

  @Override
  public List<NodeInfo> nodes() {
    return List.of(
        new NodeInfo("n1", Instant.EPOCH, "ws://a:8000", "http://a:9000", "0.1.0"),
        new NodeInfo("n2", Instant.EPOCH, "ws://b:8000", "http://b:9000", "0.1.0"));
  }
}
