package io.sluice.perf.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which positions were certainly not there yet at a moment, as what lies before them was published
/// later. Immutable.
final class Beginnings {
  /// By channel: from a moment on, the lowest position of what was begun then or later.
  private final List<TreeMap<Long, Long>> lowest = new ArrayList<>();

  /// @param positions by channel and number, of what is in Kafka
  Beginnings(List<Map<Long, Long>> positions, List<Publish> published) {
    positions.forEach(_ -> lowest.add(new TreeMap<>()));
    for (Publish publish : published) {
      Long position = positions.get(publish.channel()).get(publish.number());
      if (position != null) {
        lowest.get(publish.channel()).merge(publish.begun(), position, Math::min);
      }
    }
    for (TreeMap<Long, Long> channel : lowest) {
      long least = Long.MAX_VALUE;
      for (Map.Entry<Long, Long> entry : channel.descendingMap().entrySet()) {
        least = Math.min(least, entry.getValue());
        entry.setValue(least);
      }
    }
  }

  /// The lowest position of what was begun after this moment; [Long#MAX_VALUE] when nothing was.
  long lowestAfter(int channel, long moment) {
    Map.Entry<Long, Long> later = lowest.get(channel).higherEntry(moment);
    return later == null ? Long.MAX_VALUE : later.getValue();
  }
}
