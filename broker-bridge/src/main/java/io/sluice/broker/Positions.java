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
    if (epoch.isEmpty() || !sameLog(epoch.get(), key, topic, window.identity())) {
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

  /// An older number of partitions stays good where the channel has not moved since.
  private static boolean sameLog(Epoch asked, byte[] key, TopicTail topic, Epoch now) {
    return asked.topic().equals(now.topic())
        && asked.partition() == now.partition()
        && asked.lineage() == now.lineage()
        && (asked.partitions() == now.partitions() || topic.neverMoved(key, asked.partitions()));
  }
}
