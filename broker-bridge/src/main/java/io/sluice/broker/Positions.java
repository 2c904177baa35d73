package io.sluice.broker;

import io.sluice.broker.PositionPlan.Reason;
import java.util.Optional;

/// Resolves a client's position. Pure.
final class Positions {
  private Positions() {}

  /// @param key the channel's record key
  /// @param limits what may be read below the window
  static PositionPlan plan(
      Position requested, byte[] key, TopicTail topic, Window window, ReplayLimits limits) {
    Optional<Epoch> epoch = Epoch.parse(requested.epoch());
    if (epoch.isEmpty() || !sameLog(requested, epoch.get(), key, topic, window)) {
      return new PositionPlan.Unrecoverable(Reason.EPOCH);
    }
    // the tail first: a floor read before it could be older than what the tail promises
    long tail = window.tail();
    long since = requested.offset();
    if (since > tail) {
      return new PositionPlan.Ahead(since);
    }
    if (since == tail) {
      return new PositionPlan.NothingMissed(since);
    }
    return since >= window.floor()
        ? new PositionPlan.FromWindow(since)
        : below(since, window, limits);
  }

  private static PositionPlan below(long since, Window window, ReplayLimits limits) {
    if (limits.records() == 0) {
      return new PositionPlan.Unrecoverable(Reason.BELOW_WINDOW);
    }
    return window.mayReplay(since, limits)
        ? new PositionPlan.FromKafka(since)
        : new PositionPlan.Unrecoverable(Reason.TOO_FAR);
  }

  /// An older number of partitions stays good where the channel has not moved since; an older
  /// lineage for what lies below everything that was cut off since.
  private static boolean sameLog(
      Position requested, Epoch asked, byte[] key, TopicTail topic, Window window) {
    Epoch now = window.identity();
    return asked.topic().equals(now.topic())
        && asked.partition() == now.partition()
        && window.lineage().keeps(asked.lineage(), requested.offset())
        && (asked.partitions() == now.partitions() || topic.neverMoved(key, asked.partitions()));
  }

  /// Whether an epoch may be of a time that this node has not heard of yet: of a topic made anew,
  /// more partitions, another truncation.
  static boolean isNews(Position requested, TopicTail topic, Window window) {
    Optional<Epoch> epoch = Epoch.parse(requested.epoch());
    return epoch.isPresent()
        && (!epoch.get().topic().equals(topic.id())
            || epoch.get().partitions() > topic.count()
            || epoch.get().lineage() > window.identity().lineage());
  }
}
