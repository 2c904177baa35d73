package io.sluice.broker;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// Makes the window that takes a broken one's place.
final class Breaks {
  /// Where windows report records that are not of their namespace's payload kind.
  interface BadPayloads {
    BadPayload of(TopicBinding binding);
  }

  /// Room for three slabs and for what finds their records, so that what one poll brings is not
  /// evicted before anyone was told of it.
  static final ByteSize LEAST = ByteSize.mib(4);

  private final ByteSize perPartition;
  private final BadPayloads badPayloads;

  /// @param perPartition for each window; at least [#LEAST] is given
  Breaks(ByteSize perPartition, BadPayloads badPayloads) {
    this.perPartition = perPartition.bytes() < LEAST.bytes() ? LEAST : perPartition;
    this.badPayloads = badPayloads;
  }

  Window first(TopicBinding binding, Uuid topic, int partition, int partitions, long start) {
    return window(binding, new Epoch(topic, partition, partitions, 0), start);
  }

  /// Records this node has read are no longer in the log, or are others now: offsets above the
  /// divergence mean something else, so the lineage goes up.
  Window truncated(Window old, @Nullable OffsetAndMetadata divergence) {
    Epoch was = old.identity();
    Epoch epoch = new Epoch(was.topic(), was.partition(), was.partitions(), was.lineage() + 1);
    return window(old.binding(), epoch, divergence == null ? 0 : divergence.offset());
  }

  /// Retention overtook the tailer when the log now starts above where it was: offsets still mean
  /// the same, but records in between were never seen. A log that ends below was truncated.
  Window outOfRange(Window old, long logStart) {
    return logStart > old.tail()
        ? window(old.binding(), old.identity(), logStart)
        : truncated(old, new OffsetAndMetadata(logStart));
  }

  private Window window(TopicBinding binding, Epoch epoch, long start) {
    return new Window(binding, epoch, start, perPartition, badPayloads.of(binding));
  }
}
