package io.sluice.broker;

import java.util.List;

/// What is known of the dead letters.
public sealed interface DeadLetterReport {
  /// Read a moment ago.
  ///
  /// @param counts by topic, namespace and reason, the most frequent first
  /// @param newest by the time of their records, at most 100
  /// @param redriven letters that are not among these, since their records were put back
  /// @param complete false: there are more than could be read in time or kept
  record Known(List<Count> counts, List<StoredLetter> newest, int redriven, boolean complete)
      implements DeadLetterReport {
    public Known {
      counts = List.copyOf(counts);
      newest = List.copyOf(newest);
    }
  }

  /// Letters of one kind.
  record Count(String topic, String namespace, DeadLetterReason reason, int letters) {}

  /// Kafka does not answer, or does not let this node read them.
  ///
  /// @param why for people
  record Unread(String why) implements DeadLetterReport {}
}
