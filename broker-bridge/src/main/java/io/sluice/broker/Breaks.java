package io.sluice.broker;

import org.apache.kafka.common.Uuid;

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
  private final LastValuesShare lastValues;

  /// @param perPartition for each window; at least [#LEAST] is given
  Breaks(ByteSize perPartition, LastValuesShare lastValues, BadPayloads badPayloads) {
    this.lastValues = lastValues;
    this.perPartition = perPartition.bytes() < LEAST.bytes() ? LEAST : perPartition;
    this.badPayloads = badPayloads;
  }

  /// The window of a log that this node begins to read.
  ///
  /// @param start where; the log's start, where newest values are kept
  /// @param before as [Window#leaderships]
  Window first(TopicBinding binding, Log log, long start, Leaderships before) {
    Epoch epoch = new Epoch(log.topic(), log.partition(), log.partitions(), log.lineage().number());
    return window(binding, epoch, log.lineage(), start, before, true);
  }

  /// Which log it is.
  record Log(Uuid topic, int partition, int partitions, Lineage lineage) {
    /// One that has just been made.
    static Log fresh(TopicState topic, int partition) {
      return new Log(topic.id(), partition, topic.partitions(), Lineage.WHOLE);
    }
  }

  /// Records that this node, or another one, has read are no longer in the log, or are others now.
  /// Reading goes on at the cut or, where this node had not come so far, where it was.
  ///
  /// @param now of a higher number than the window's
  /// @param kept the leaderships of what was read that the log still has
  /// @param notBefore an offset below which nothing needs to be read for those who are here
  Window truncated(Window old, Lineage now, Leaderships kept, long notBefore) {
    Epoch was = old.identity();
    Epoch epoch = new Epoch(was.topic(), was.partition(), was.partitions(), now.number());
    long cut = Math.max(notBefore, now.firstCutSince(was.lineage()));
    long start = Math.min(old.tail(), cut);
    return window(old.binding(), epoch, now, start, kept, false);
  }

  /// In the place of a window that begins where a log was truncated: one that reads all of that log
  /// again, so that it knows the newest value of every channel.
  Window rereading(Window truncated, long logStart) {
    Window all =
        window(
            truncated.binding(),
            truncated.identity(),
            truncated.lineage(),
            logStart,
            Leaderships.NONE,
            true);
    all.certainFrom(truncated.tail());
    return all;
  }

  /// Retention overtook the tailer: offsets still mean the same, but records in between were never
  /// seen.
  Window overtaken(Window old, long logStart) {
    return window(old.binding(), old.identity(), old.lineage(), logStart, Leaderships.NONE, true);
  }

  /// @param fromTheStart whether that is where the log starts
  private Window window(
      TopicBinding binding,
      Epoch epoch,
      Lineage lineage,
      long start,
      Leaderships leaderships,
      boolean fromTheStart) {
    return new Window(
        binding,
        epoch,
        lineage,
        start,
        leaderships,
        perPartition,
        lastValues.of(binding, epoch.partition(), fromTheStart),
        badPayloads.of(binding));
  }
}
