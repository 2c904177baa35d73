package io.sluice.broker;

/// What becomes of a dead letter.
public sealed interface RedriveVerdict {
  /// The letter that it is about.
  StoredLetter letter();

  /// Its record is written again, and the letter goes.
  ///
  /// @param there the record; nothing for others
  /// @param partition where to
  record Again(StoredLetter letter, There there, int partition) implements RedriveVerdict {}

  /// Its record was put back before: a node has read it again meanwhile. Or it is the copy, which
  /// lies where it belongs, and a node does not have the present configuration. The letter goes.
  ///
  /// @param to where the record was put
  record Already(StoredLetter letter, RecordPlace to) implements RedriveVerdict {}

  /// Nothing is done.
  ///
  /// @param why for people; the same words for the same cause
  record Stays(StoredLetter letter, String why) implements RedriveVerdict {}

  /// A record as it lies in Kafka. Opaque.
  sealed interface There permits RedriveSource.Found {}
}
