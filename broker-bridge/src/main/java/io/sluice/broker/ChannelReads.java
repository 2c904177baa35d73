package io.sluice.broker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// Where channels lie, what clients' positions in them mean, and their past. For any thread; waits
/// for nothing. Every method throws an `IllegalArgumentException` when the channel's namespace is
/// not bound or its key is not of the namespace's kind.
final class ChannelReads {
  private final Function<String, TopicTail> topics;
  private final News news;
  private final HistoryReader histories;

  /// @param topics the topic of a namespace; throws when it is not bound
  ChannelReads(Function<String, TopicTail> topics, News news, HistoryReader histories) {
    this.topics = topics;
    this.news = news;
    this.histories = histories;
  }

  /// As in [BrokerBridge#partition].
  TailedPartition partition(ChannelName channel) {
    TopicTail tail = topics.apply(channel.namespace());
    return tail.partitionOf(key(tail, channel));
  }

  /// As in [BrokerBridge#plan].
  PositionPlan plan(
      ChannelName channel, Position asked, Window judgedAgainst, ReplayLimits limits) {
    TopicTail tail = topics.apply(channel.namespace());
    return Positions.plan(asked, key(tail, channel), tail, judgedAgainst, limits);
  }

  /// As in [BrokerBridge#hear].
  CompletionStage<Void> hear(ChannelName channel, Position asked) {
    TopicTail tail = topics.apply(channel.namespace());
    Window window = tail.partitionOf(key(tail, channel)).window();
    return Positions.isNews(asked, tail, window)
        ? news.of(tail)
        : CompletableFuture.completedFuture(null);
  }

  /// As in [BrokerBridge#top].
  ChannelTop top(ChannelName channel) {
    TailedPartition partition = partition(channel);
    Window window = partition.window();
    return new ChannelTop(partition.partition(), new Position(window.epoch(), window.tail()));
  }

  /// As in [BrokerBridge#history].
  CompletionStage<History> history(ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    return query
        .since()
        .map(asked -> hear(channel, asked))
        .orElseGet(() -> CompletableFuture.completedFuture(null))
        .handle((_, unanswered) ->
            unanswered == null
                ? read(channel, query, limits)
                : CompletableFuture.<History>completedFuture(new History.Unanswered()))
        .thenCompose(it -> it);
  }

  private CompletionStage<History> read(
      ChannelName channel, HistoryQuery query, ReplayLimits limits) {
    TailedPartition partition = partition(channel);
    Window window = partition.window();
    PositionPlan plan =
        query
            .since()
            .map(asked -> plan(channel, asked, window, limits))
            .orElseGet(() ->
                query.order() == HistoryQuery.Order.FORWARD
                    ? new PositionPlan.FromWindow(window.floor())
                    : new PositionPlan.NothingMissed(Long.MAX_VALUE));
    return histories.read(partition, window, channel.key(), query, plan);
  }

  private static byte[] key(TopicTail tail, ChannelName channel) {
    return tail.binding()
        .key()
        .encode(channel.key())
        .orElseThrow(() -> new IllegalArgumentException("not a key of its namespace: " + channel));
  }
}
