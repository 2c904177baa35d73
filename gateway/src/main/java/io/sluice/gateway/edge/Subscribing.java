package io.sluice.gateway.edge;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.Position;
import io.sluice.broker.PositionPlan;
import io.sluice.broker.Publication;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.Window;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Caught;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Takes subscriptions up in two steps: first what may need to wait (is a position beyond this
/// node's tail real?), then everything else in one task on the loop, so that the answer comes
/// before the first publication. The verdict is found in the second step, on the window the
/// subscription then reads: in between, the log may have become another. Confined to the loop, but
/// for the waiting.
///
/// One object serves one answer: what was missed on all its channels together is bounded.
final class Subscribing {
  /// How much recovered data one answer may hold; SDK sockets refuse messages above 1 MiB.
  private static final long MAX_RECOVERED = 256 * 1024;

  private final BrokerBridge bridge;
  private final HubShard shard;
  private final EdgeMetrics metrics;
  private final List<Subscription> reading = new ArrayList<>();
  private long room = MAX_RECOVERED;

  Subscribing(BrokerBridge bridge, HubShard shard, EdgeMetrics metrics) {
    this.bridge = bridge;
    this.shard = shard;
    this.metrics = metrics;
  }

  /// What is known before the subscription is taken up.
  ///
  /// @param asked the position to recover from, where the namespace has recovery
  /// @param logEnd where the log ended after the request came; only found out for a position beyond
  ///   this node's tail
  record Prepared(Optional<Position> asked, Optional<Long> logEnd) {}

  /// The first step.
  ///
  /// @return completes at once unless Kafka must be asked; fails when it does not answer
  CompletionStage<Prepared> prepare(Subscription subscription, Optional<Since> since) {
    Optional<Position> asked =
        since
            .filter(_ -> subscription.policy().recovery() && !subscription.spread())
            .map(s -> new Position(s.epoch(), s.offset()));
    if (asked.isPresent()) {
      TailedPartition partition = bridge.partition(subscription.channel());
      PositionPlan plan = bridge.plan(subscription.channel(), asked.get(), partition.window());
      if (plan instanceof PositionPlan.Ahead) {
        return bridge.logEnd(partition).thenApply(end -> new Prepared(asked, Optional.of(end)));
      }
    }
    return CompletableFuture.completedFuture(new Prepared(asked, Optional.empty()));
  }

  /// How what was missed reaches its client.
  enum Missed {
    /// Within the answer, as SDKs expect it.
    IN_ANSWER,
    /// As pushes after it, in the order of the log: a client without an SDK looks for them nowhere
    /// else. They begin with [#readOn].
    AS_PUSHES
  }

  /// The second step.
  ///
  /// @param since what the client asked for
  SubscribeResult take(
      Subscription subscription, Prepared prepared, Optional<Since> since, Missed missed) {
    Recovery otherwise = since.isPresent() ? Recovery.FAILED : Recovery.NONE;
    if (subscription.spread()) {
      bridge
          .partitions(subscription.channel().namespace())
          .forEach(p -> shard.subscribe(subscription, p));
      return SubscribeResult.plain(otherwise);
    }
    TailedPartition partition = bridge.partition(subscription.channel());
    if (prepared.asked().isEmpty()) {
      return fresh(subscription, partition, otherwise);
    }
    Window window = partition.window();
    PositionPlan plan = bridge.plan(subscription.channel(), prepared.asked().get(), window);
    return switch (plan) {
      case PositionPlan.FromWindow(long offset) when missed == Missed.AS_PUSHES ->
          asPushes(subscription, partition, window, offset);
      case PositionPlan.FromWindow(long offset) ->
          fromWindow(subscription, partition, window, offset);
      case PositionPlan.Ahead(long offset) when prepared.logEnd().orElse(-1L) >= offset -> {
        if (missed == Missed.AS_PUSHES) {
          yield asPushes(subscription, partition, window, offset);
        }
        metrics.recovery("ahead");
        Position at = shard.subscribeAhead(subscription, partition, window, offset);
        yield result(subscription, at, Recovery.RECOVERED, List.of());
      }
      case PositionPlan.Ahead _ ->
          unrecoverable(subscription, partition, PositionPlan.Reason.BEYOND_END);
      case PositionPlan.Unrecoverable(PositionPlan.Reason reason) ->
          unrecoverable(subscription, partition, reason);
    };
  }

  private SubscribeResult asPushes(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    if (!shard.subscribeReading(subscription, partition, window, since)) {
      return unrecoverable(subscription, partition, PositionPlan.Reason.BELOW_WINDOW);
    }
    reading.add(subscription);
    metrics.recovery("recovered");
    Position at = new Position(window.epoch(), since);
    return result(subscription, at, Recovery.RECOVERED, List.of());
  }

  /// Lets those that were taken up so read what they missed.
  void readOn() {
    shard.readTogether(reading);
  }

  private SubscribeResult fromWindow(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    return switch (shard.subscribeSince(subscription, partition, window, since, room)) {
      case Caught.All(Position at, List<Publication> missed, long bytes) -> {
        room -= bytes;
        metrics.recovery(at.offset() == since ? "recovered" : "nothing-missed");
        yield result(subscription, at, Recovery.RECOVERED, missed);
      }
      case Caught.Lost() ->
          unrecoverable(subscription, partition, PositionPlan.Reason.BELOW_WINDOW);
    };
  }

  private SubscribeResult unrecoverable(
      Subscription subscription, TailedPartition partition, PositionPlan.Reason reason) {
    metrics.recovery(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    return fresh(subscription, partition, Recovery.FAILED);
  }

  private SubscribeResult fresh(
      Subscription subscription, TailedPartition partition, Recovery recovery) {
    Position at = shard.subscribe(subscription, partition);
    return result(subscription, at, recovery, List.of());
  }

  private static SubscribeResult result(
      Subscription subscription, Position at, Recovery recovery, List<Publication> missed) {
    NamespaceConfig policy = subscription.policy();
    return policy.positions()
        ? new SubscribeResult(policy.recovery(), true, at.epoch(), at.offset(), recovery, missed)
        : SubscribeResult.plain(recovery);
  }
}
