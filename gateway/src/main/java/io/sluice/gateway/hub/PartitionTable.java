package io.sluice.gateway.hub;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who wants which channel of one partition, on one loop. Confined to the loop.
final class PartitionTable {
  final Feed feed;
  final Map<String, Legs> channels = new HashMap<>();

  /// A Kafka offset left over from an earlier turn, or [Feed#NONE].
  long resumeAt = Feed.NONE;

  PartitionTable(Feed feed) {
    this.feed = feed;
  }

  void add(String key, Leg leg) {
    channels.computeIfAbsent(key, _ -> new Legs()).add(leg);
  }

  /// Takes a leg out.
  ///
  /// @return whether nobody here wants the channel any more
  boolean remove(String key, Leg leg) {
    Legs legs = channels.get(key);
    if (legs == null || leg.place < 0) {
      return false;
    }
    legs.remove(leg);
    if (legs.size() > 0) {
      return false;
    }
    channels.remove(key);
    return true;
  }

  /// Every leg, for going through them while they are removed.
  List<Leg> legs() {
    List<Leg> all = new ArrayList<>();
    channels.values().forEach(legs -> all.addAll(legs.copy()));
    return all;
  }
}
