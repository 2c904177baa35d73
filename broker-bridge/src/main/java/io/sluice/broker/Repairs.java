package io.sluice.broker;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives a partition whose log is not what it was another window, unless the topic watch was
/// quicker, and says so. A tailer's own; may ask Kafka, and fails with a [KafkaException] when that
/// does not answer.
final class Repairs {
  private static final Logger log = LoggerFactory.getLogger(Repairs.class);

  /// Lets reading go on where a partition's new window begins.
  interface Moved {
    void to(Consumer<byte[], byte[]> consumer, TailedPartition partition, Window fresh);
  }

  private final Lineages lineages;
  private final Breaks breaks;
  private final TailListener listener;
  private final Moved moved;

  Repairs(Lineages lineages, Breaks breaks, TailListener listener, Moved moved) {
    this.lineages = lineages;
    this.breaks = breaks;
    this.listener = listener;
    this.moved = moved;
  }

  /// Kafka says that reading cannot go on.
  void outOfRange(
      Consumer<byte[], byte[]> consumer,
      TailedPartition partition,
      Window old,
      InvalidOffsetException e) {
    TopicPartition tp = partition.topicPartition();
    OffsetAndMetadata divergence =
        e instanceof LogTruncationException truncation
            ? truncation.divergentOffsets().get(tp)
            : null;
    if (divergence != null) {
      Leaderships read = old.leaderships();
      int kept = divergence.leaderEpoch().orElse(read.last());
      long offset = Math.min(divergence.offset(), read.firstAfter(kept));
      cut(consumer, partition, old, offset, read.upTo(kept));
      return;
    }
    long logStart = start(consumer, tp);
    if (logStart > old.tail()) {
      replace(consumer, partition, old, breaks.overtaken(old, logStart));
    } else {
      cut(consumer, partition, old, logStart, Leaderships.NONE); // a log that ends below
    }
  }

  /// The log was truncated.
  ///
  /// @param offset the first one that means something else now
  /// @param kept the leaderships of what was read that the log still has
  void cut(
      Consumer<byte[], byte[]> consumer,
      TailedPartition partition,
      Window old,
      long offset,
      Leaderships kept) {
    try {
      Lineage now = lineages.cut(old, offset);
      log.warn("a log was truncated partition={} at={} readTo={}", partition, offset, old.tail());
      Window fresh = breaks.truncated(old, now, kept, 0);
      replace(consumer, partition, old, whole(consumer, partition, fresh));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /// Takes over what other nodes have found out about truncations of its log.
  void learn(Consumer<byte[], byte[]> consumer, TailedPartition partition) {
    Window old = partition.window();
    Lineage known = lineages.known(old.identity()).and(old.lineage());
    if (known.number() == old.identity().lineage()) {
      old.learn(known);
      return;
    }
    log.warn("another node found a log truncated partition={} cuts={}", partition, known);
    TopicPartition tp = partition.topicPartition();
    long end = StartOffsets.of(consumer.endOffsets(List.of(tp)), tp);
    long notBefore = Math.min(old.floor(), end);
    Window fresh = breaks.truncated(old, known, Leaderships.NONE, notBefore);
    replace(consumer, partition, old, whole(consumer, partition, fresh));
  }

  /// Where newest values count, all of the log is read again: it may have others now.
  private Window whole(
      Consumer<byte[], byte[]> consumer, TailedPartition partition, Window truncated) {
    return truncated.binding().mode() == Mode.STATE
        ? breaks.rereading(truncated, start(consumer, partition.topicPartition()))
        : truncated;
  }

  private static long start(Consumer<byte[], byte[]> consumer, TopicPartition tp) {
    return StartOffsets.of(consumer.beginningOffsets(List.of(tp)), tp);
  }

  private void replace(
      Consumer<byte[], byte[]> consumer, TailedPartition partition, Window old, Window fresh) {
    if (partition.replaceWindow(old, fresh)) {
      moved.to(consumer, partition, fresh);
      listener.replaced(partition, old);
    }
    // else a new assignment with the topic watch's window is coming
  }
}
