package io.sluice.broker;

import io.sluice.broker.PositionPlan.Reason;
import java.util.Optional;

/// Resolves a client's position. Pure.
final class Positions {
  private Positions() {}

  /// @param key the channel's record key
  static PositionPlan plan(Position requested, byte[] key, TopicTail topic, Window window) {
    Optional<Epoch> epoch = Epoch.parse(requested.epoch());
    if (epoch.isEmpty() || !sameLog(epoch.get(), key, topic, window.identity())) {
      return new PositionPlan.Unrecoverable(Reason.EPOCH);
    }
    // the tail first: a floor read before it could be older than what the tail promises
    long tail = window.tail();
    if (requested.offset() > tail) {
      return new PositionPlan.Ahead(requested.offset());
    }
    return requested.offset() >= window.floor()
        ? new PositionPlan.FromWindow(requested.offset())
        : new PositionPlan.Unrecoverable(Reason.BELOW_WINDOW);
  }

  /// An older number of partitions stays good where the channel has not moved since.
  private static boolean sameLog(Epoch asked, byte[] key, TopicTail topic, Epoch now) {
    return asked.topic().equals(now.topic())
        && asked.partition() == now.partition()
        && asked.lineage() == now.lineage()
        && (asked.partitions() == now.partitions() || topic.neverMoved(key, asked.partitions()));
  }
}
