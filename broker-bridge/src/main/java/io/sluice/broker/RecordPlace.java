package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where a record lies: `topic/partition/offset`.
public record RecordPlace(String topic, int partition, long offset)
    implements Comparable<RecordPlace> {
  /// Reads what [#toString] writes; nothing for anything else.
  static Optional<RecordPlace> read(String text) {
    String[] parts = text.split("/", -1); // no topic's name has one
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RecordPlace(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2])));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(RecordPlace other) {
    int byTopic = topic.compareTo(other.topic);
    int byPartition = byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
  }

  @Override
  public String toString() {
    return topic + "/" + partition + "/" + offset;
  }
}
