package io.sluice.broker;

import org.apache.kafka.common.KafkaException;

/// What tailers ask about truncations, and tell.
interface Lineages {
  /// Rises whenever [#known] may say something else.
  long version();

  /// The truncations that any node has found in a log.
  Lineage known(Epoch log);

  /// Kafka says that the log of a window was truncated.
  ///
  /// @param offset the first one that means something else now
  /// @return the log's lineage, which all nodes learn of; its number is above the window's
  /// @throws KafkaException when Kafka cannot be asked what is needed for that
  Lineage cut(Window old, long offset) throws InterruptedException;
}
