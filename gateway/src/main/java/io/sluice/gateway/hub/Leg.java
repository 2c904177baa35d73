package io.sluice.gateway.hub;

import io.sluice.broker.TailedPartition;
import io.sluice.broker.Window;
import io.sluice.gateway.protocol.Delta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A subscription's hold on one partition. Nearly every subscription has one leg; one on a keyless
/// channel has a leg in each partition of its topic. Confined to its loop.
final class Leg {
  /// No reader of its own.
  static final long LIVE = -1;

  final Subscription subscription;
  final TailedPartition partition;
  final Window window;

  /// Only with deltas.
  final @Nullable LastSent delta;

  /// The highest offset given to the outbox. The one rule that keeps duplicates and reordering out:
  /// append iff the publication's offset is above it.
  long sent;

  /// The position its client has: that of the last publication it was given, or what its answer
  /// said.
  long told;

  /// Where its own reader has come to, a Kafka offset; [#LIVE] when it has caught up and is served
  /// together with everybody else. While it reads, nothing else may append to it.
  long next = LIVE;

  /// What reads for it below the window, or has.
  @Nullable CatchUp below;

  /// The partition's, on its loop; none before it was entered there.
  @Nullable PartitionTable table;

  /// What was left out, while its connection has no room and its namespace leaves out.
  @Nullable Skipped skipped;

  /// Where its connection stands, if its client is told.
  @Nullable Bookmark bookmark;

  /// Its place in the channel's list of subscribers.
  int place = -1;

  Leg(Subscription subscription, TailedPartition partition, Window window) {
    this.subscription = subscription;
    this.partition = partition;
    this.window = window;
    this.delta = subscription.delta() == Delta.FOSSIL ? new LastSent() : null;
  }

  boolean live() {
    return next == LIVE;
  }

  /// Those that must go on reading where this one does: all of its connection in this window, if
  /// its client is told one position for them.
  List<Leg> together() {
    return bookmark == null ? List.of(this) : bookmark.liveIn(window);
  }

  /// Everything of its channel below this Kafka offset was given to the outbox, or is not there.
  long standing() {
    if (!live()) {
      return next;
    }
    return table == null ? sent : Math.max(sent, table.reached(window));
  }

  /// Whether the subscription still has this leg.
  boolean attached() {
    return place >= 0;
  }
}
