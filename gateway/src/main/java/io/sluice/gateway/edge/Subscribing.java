package io.sluice.gateway.edge;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.Mode;
import io.sluice.broker.Position;
import io.sluice.broker.PositionPlan;
import io.sluice.broker.Publication;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.Window;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Anchor;
import io.sluice.gateway.hub.Caught;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.hub.Latest;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

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
  private final Overload overload;
  private final LongSupplier outbox;
  private final List<Subscription> reading = new ArrayList<>();
  private long room = MAX_RECOVERED;

  /// @param outbox bytes for which the connection has room now: answers to several subscribes may
  ///   wait together, and what they do not hold comes as pushes
  Subscribing(EdgeContext context, HubShard shard, LongSupplier outbox) {
    this.outbox = outbox;
    this.bridge = context.bridge();
    this.shard = shard;
    this.metrics = context.metrics();
    this.overload = context.overload();
  }

  /// What is known before the subscription is taken up.
  ///
  /// @param asked the position to recover from, where the namespace has recovery
  /// @param logEnd where the log ended after the request came; only found out for a position beyond
  ///   this node's tail
  /// @param logStart where it began; only found out for a position below the window
  record Prepared(Optional<Position> asked, Optional<Long> logEnd, Optional<Long> logStart) {}

  private static final Prepared NOTHING_ASKED =
      new Prepared(Optional.empty(), Optional.empty(), Optional.empty());

  /// The first step.
  ///
  /// @return completes at once unless Kafka must be asked; fails when it does not answer, and with
  ///   a [NoReplayException]
  CompletionStage<Prepared> prepare(Subscription subscription, Optional<Since> since) {
    return prepare(subscription, since, Optional.empty());
  }

  /// The same for a client that was asked to come back.
  ///
  /// @param anchor up to where it was served
  CompletionStage<Prepared> prepare(
      Subscription subscription, Optional<Since> since, Optional<Anchor> anchor) {
    Optional<Position> asked =
        since
            .filter(_ -> subscription.policy().recovery() && !subscription.spread())
            .map(s -> new Position(s.epoch(), s.offset()))
            .map(position -> anchored(subscription, position, anchor));
    return asked
        .map(position ->
            heard(subscription, position).thenCompose(_ -> askKafka(subscription, position)))
        .orElseGet(() -> CompletableFuture.completedFuture(NOTHING_ASKED));
  }

  /// Where only newest values count, any position will do.
  private CompletionStage<Void> heard(Subscription subscription, Position position) {
    return subscription.mode() == Mode.LOG
        ? bridge.hear(subscription.channel(), position)
        : CompletableFuture.completedFuture(null);
  }

  /// What must be known of the log besides. Any thread.
  private CompletionStage<Prepared> askKafka(Subscription subscription, Position position) {
    Optional<Position> asked = Optional.of(position);
    Prepared enough = new Prepared(asked, Optional.empty(), Optional.empty());
    TailedPartition partition = bridge.partition(subscription.channel());
    return switch (plan(subscription, position, partition.window())) {
      case PositionPlan.Ahead _ ->
          bridge
              .logEnd(partition)
              .thenApply(end -> new Prepared(asked, Optional.of(end), Optional.empty()));
      case PositionPlan.FromKafka _ when subscription.mode() == Mode.STATE ->
          CompletableFuture.completedFuture(enough);
      case PositionPlan.FromKafka _
          when !bridge.replays().hasRoom() || overload.sheds(ShedLevel.HISTORY) ->
          CompletableFuture.failedFuture(new NoReplayException());
      case PositionPlan.FromKafka _ ->
          bridge
              .logStart(partition)
              .thenApply(start -> new Prepared(asked, Optional.empty(), Optional.of(start)));
      case PositionPlan.NothingMissed _, PositionPlan.FromWindow _, PositionPlan.Unrecoverable _ ->
          CompletableFuture.completedFuture(enough);
    };
  }

  /// Where a client goes on that presents exactly the position it had when it was asked to come
  /// back; whatever else it presents is judged as it is.
  private Position anchored(Subscription subscription, Position asked, Optional<Anchor> anchor) {
    Window window = bridge.partition(subscription.channel()).window();
    boolean good =
        anchor.isPresent()
            && anchor.get().window() == window.serial()
            && anchor.get().told() == asked.offset()
            && !plan(subscription, asked, window)
                .equals(new PositionPlan.Unrecoverable(PositionPlan.Reason.EPOCH));
    return good ? new Position(window.epoch(), anchor.get().liveUntil()) : asked;
  }

  private PositionPlan plan(Subscription subscription, Position asked, Window window) {
    return bridge.plan(subscription.channel(), asked, window, subscription.policy().replay());
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
    if (subscription.mode() == Mode.STATE) {
      return newest(subscription, partition, prepared, since, missed);
    }
    if (prepared.asked().isEmpty()) {
      return fresh(subscription, partition, otherwise);
    }
    Window window = partition.window();
    return switch (plan(subscription, prepared.asked().get(), window)) {
      case PositionPlan.NothingMissed(long offset) ->
          fromWindow(subscription, partition, window, offset, missed);
      case PositionPlan.FromWindow(long offset) ->
          fromWindow(subscription, partition, window, offset, missed);
      case PositionPlan.FromKafka(long offset) when prepared.logStart().orElse(0L) > offset ->
          unrecoverable(subscription, partition, PositionPlan.Reason.RETENTION);
      case PositionPlan.FromKafka(long offset) ->
          fromKafka(subscription, partition, window, offset);
      case PositionPlan.Ahead(long offset) when prepared.logEnd().orElse(-1L) >= offset -> {
        if (missed == Missed.AS_PUSHES) {
          yield asPushes(subscription, partition, window, offset);
        }
        metrics.recovery(RecoveryVerdict.AHEAD);
        Position at = shard.subscribeAhead(subscription, partition, window, offset);
        yield result(subscription, at, Recovery.RECOVERED, List.of());
      }
      case PositionPlan.Ahead _ ->
          unrecoverable(subscription, partition, PositionPlan.Reason.BEYOND_END);
      case PositionPlan.Unrecoverable(PositionPlan.Reason reason) ->
          unrecoverable(subscription, partition, reason);
    };
  }

  /// The channel's newest value is all that was missed, wherever its client has been.
  private SubscribeResult newest(
      Subscription subscription,
      TailedPartition partition,
      Prepared prepared,
      Optional<Since> since,
      Missed missed) {
    Window window = partition.window();
    NewestVerdict verdict =
        prepared
            .asked()
            .map(asked ->
                NewestVerdict.of(
                    asked.offset(), plan(subscription, asked, window), prepared.logEnd()))
            .orElse(NewestVerdict.NO_POSITION);
    long most = missed == Missed.IN_ANSWER ? Math.min(room, outbox.getAsLong()) : 0;
    Latest latest = shard.subscribeNewest(subscription, partition, window, verdict.has(), most);
    room -= latest.bytes();
    if (latest.follows()) {
      reading.add(subscription);
    }
    boolean given = latest.follows() || latest.given().isPresent();
    Recovery recovery = since.isPresent() ? Recovery.FAILED : Recovery.NONE;
    if (prepared.asked().isPresent()) {
      metrics.recovery(verdict.metric(latest.newest(), given));
      recovery = verdict.recovered(latest.newest()) ? Recovery.RECOVERED : Recovery.FAILED;
    }
    return result(subscription, latest.at(), recovery, latest.given().stream().toList());
  }

  private SubscribeResult asPushes(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    if (!shard.subscribeReading(subscription, partition, window, since)) {
      return belowAfterAll(subscription, partition, window, since);
    }
    reading.add(subscription);
    metrics.recovery(RecoveryVerdict.FROM_WINDOW);
    Position at = new Position(window.epoch(), since);
    return result(subscription, at, Recovery.RECOVERED, List.of());
  }

  /// All of it comes as pushes. Should the log turn out not to have it any more, the client is told
  /// so before anything later is delivered.
  private SubscribeResult fromKafka(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    shard.subscribeBelow(subscription, partition, window, since);
    reading.add(subscription);
    metrics.recovery(RecoveryVerdict.FROM_KAFKA);
    Position at = new Position(window.epoch(), since);
    return result(subscription, at, Recovery.RECOVERED, List.of());
  }

  /// The position was in the window a moment ago, so the log has what follows it.
  private SubscribeResult belowAfterAll(
      Subscription subscription, TailedPartition partition, Window window, long since) {
    return window.mayReplay(since, subscription.policy().replay())
        ? fromKafka(subscription, partition, window, since)
        : unrecoverable(subscription, partition, PositionPlan.Reason.BELOW_WINDOW);
  }

  /// Lets those that were taken up so read what they missed; none of it is sent in this task.
  void readOn() {
    shard.readTogether(reading);
  }

  private SubscribeResult fromWindow(
      Subscription subscription,
      TailedPartition partition,
      Window window,
      long since,
      Missed missed) {
    if (missed == Missed.AS_PUSHES) {
      return asPushes(subscription, partition, window, since);
    }
    long most = Math.min(room, outbox.getAsLong());
    return switch (shard.subscribeSince(subscription, partition, window, since, most)) {
      case Caught.All(Position at, List<Publication> found, long bytes) -> {
        room -= bytes;
        metrics.recovery(
            found.isEmpty() ? RecoveryVerdict.NOTHING_MISSED : RecoveryVerdict.FROM_WINDOW);
        yield result(subscription, at, Recovery.RECOVERED, found);
      }
      case Caught.Lost() -> belowAfterAll(subscription, partition, window, since);
    };
  }

  private SubscribeResult unrecoverable(
      Subscription subscription, TailedPartition partition, PositionPlan.Reason reason) {
    metrics.recovery(RecoveryVerdict.unrecoverable(reason));
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
        : new SubscribeResult(false, false, "", 0, recovery, missed);
  }
}
