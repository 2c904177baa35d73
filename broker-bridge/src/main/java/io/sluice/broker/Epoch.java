package io.sluice.broker;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// What an epoch's opaque text stands for. Two positions can be compared only under one epoch.
///
/// @param topic Kafka's id of the topic; a topic deleted and created again has another
/// @param partition the partition's number
/// @param partitions how many partitions the topic had; with the partitioner it says which channels
///   lay here
/// @param lineage Kafka's leader epoch under which this partition's log was last found truncated;
///   0: never
record Epoch(Uuid topic, int partition, int partitions, int lineage) {
  /// Longer texts are none of ours.
  private static final int MAX_LENGTH = 64;

  /// The text clients carry.
  @Override
  public String toString() {
    return topic + "." + partition + "." + partitions + "." + lineage;
  }

  /// Reads a client's text; empty for anything that [#toString] did not write.
  static Optional<Epoch> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    try {
      Epoch epoch =
          new Epoch(
              Uuid.fromString(parts[0]),
              Integer.parseInt(parts[1]),
              Integer.parseInt(parts[2]),
              Integer.parseInt(parts[3]));
      return epoch.toString().equals(text) && epoch.partitions > 0 && epoch.partition >= 0
          ? Optional.of(epoch)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
