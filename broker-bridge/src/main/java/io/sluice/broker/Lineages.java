package io.sluice.broker;

import org.apache.kafka.common.KafkaException;

/// What tailers ask about truncations, and tell.
interface Lineages {
  /// Rises whenever [#known] may say something else.
  long version();

  /// The truncations that any node has found in a log.
  Lineage known(Epoch log);

  /// Whether a node has read beyond this offset what was written under an earlier leadership: where
  /// a later one's records begin below, those are others now. Consumers that had not come so far
  /// are not told.
  boolean wasReadBeyond(Epoch log, int leadership, long offset);

  /// Where a leadership's records begin, if any node knows; else this offset, where it was seen
  /// first.
  long first(Epoch log, int leadership, long seen);

  /// The log of a window was truncated.
  ///
  /// @param offset the first one that means something else now
  /// @return the log's lineage, which all nodes learn of; its number is above the window's
  /// @throws KafkaException when Kafka cannot be asked what is needed for that
  Lineage cut(Window old, long offset) throws InterruptedException;
}
