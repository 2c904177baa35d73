package io.sluice.broker;

import java.util.Comparator;

/// What the ledger says of one partition's log.
///
/// @param next up to where it was certainly read
/// @param leadership Kafka's leader epoch of the record before that, or a later one under which the
///   log up to there was found whole
/// @param first where records of that leadership begin, or a lower offset
/// @param lineage its truncations
record LogEntry(long next, int leadership, long first, Lineage lineage) {
  private static final Comparator<LogEntry> BY_PROGRESS =
      Comparator.comparingInt(LogEntry::leadership).thenComparingLong(LogEntry::next);

  /// What both say together: reading has come as far as the one that is further.
  LogEntry and(LogEntry other) {
    LogEntry further = BY_PROGRESS.compare(this, other) >= 0 ? this : other;
    Lineage all = lineage.and(other.lineage);
    return further.lineage.equals(all)
        ? further
        : new LogEntry(further.next, further.leadership, further.first, all);
  }
}
