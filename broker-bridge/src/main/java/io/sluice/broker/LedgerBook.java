package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger in memory: what all its records say together, and what this node has found out and
/// has not read there yet. Thread-safe.
final class LedgerBook {
  /// Entries of topics that were deleted stay; beyond this many none are taken.
  static final int MAX_ENTRIES = 1 << 17;

  private static final Duration QUIET = Duration.ofHours(1);
  private static final Logger log = LoggerFactory.getLogger(LedgerBook.class);

  private record LogKey(Uuid topic, int partition) {}

  /// @param readAt when Kafka gave it last, by [System#nanoTime]; empty before
  private record Known(LogEntry entry, Optional<Long> readAt) {}

  private final Map<LogKey, Known> logs = new HashMap<>();
  private final Map<Uuid, PartitionCounts> counts = new HashMap<>();
  private final Set<LogKey> unwrittenLogs = new HashSet<>();
  private final Set<Uuid> unwrittenCounts = new HashSet<>();
  private final Revocations revocations = new Revocations();
  private final RareWarning full = new RareWarning(System::nanoTime);
  private final AtomicLong version = new AtomicLong();

  /// Rises with every change of a lineage.
  long version() {
    return version.get();
  }

  /// What is known of a partition's log.
  synchronized Optional<LogEntry> log(Uuid topic, int partition) {
    return Optional.ofNullable(logs.get(new LogKey(topic, partition))).map(Known::entry);
  }

  /// The truncations of a partition's log.
  Lineage lineage(Uuid topic, int partition) {
    return log(topic, partition).map(LogEntry::lineage).orElse(Lineage.WHOLE);
  }

  /// How many partitions a topic has and had; none for one that is new.
  synchronized PartitionCounts counts(Uuid topic) {
    return counts.getOrDefault(topic, PartitionCounts.NONE);
  }

  /// The users whose tokens were revoked.
  Revocations revocations() {
    return revocations;
  }

  /// A record of the ledger was read. What it lacks of what is known here is written once more.
  void read(LedgerRecord record) {
    switch (record) {
      case LedgerRecord.Log(Uuid topic, int partition, LogEntry entry) -> {
        LogKey key = new LogKey(topic, partition);
        synchronized (this) {
          Lineage all = merge(key, entry, Optional.of(System.nanoTime()));
          mark(unwrittenLogs, key, !all.equals(entry.lineage()));
        }
      }
      case LedgerRecord.Counts(Uuid topic, PartitionCounts read) -> {
        synchronized (this) {
          mark(unwrittenCounts, topic, !read.equals(merge(topic, read)));
        }
      }
      case LedgerRecord.Revoked(Revocation revocation) ->
          revocations.read(revocation, Instant.now());
      case LedgerRecord.RevokedNoMore(String user) -> revocations.takenBack(user, Instant.now());
      case LedgerRecord.Unknown _, LedgerRecord.Unreadable _ -> {
        // counted where it is read
      }
    }
  }

  /// This node has found out something, which is written until it was read back.
  synchronized void found(Uuid topic, int partition, LogEntry entry) {
    LogKey key = new LogKey(topic, partition);
    merge(key, entry, Optional.empty());
    mark(unwrittenLogs, key, logs.containsKey(key));
  }

  /// This node has seen a topic with these numbers of partitions.
  synchronized void found(Uuid topic, PartitionCounts seen) {
    PartitionCounts before = counts(topic);
    if (!merge(topic, seen).equals(before)) {
      unwrittenCounts.add(topic);
    }
  }

  /// The ledger lost its records: everything is written anew.
  synchronized void rewrite() {
    unwrittenLogs.addAll(logs.keySet());
    unwrittenCounts.addAll(counts.keySet());
    revocations.rewrite();
  }

  /// What has not been read back yet.
  synchronized List<LedgerRecord> unwritten() {
    List<LedgerRecord> all = new ArrayList<>();
    for (LogKey key : unwrittenLogs) {
      Known known = logs.get(key);
      if (known != null) {
        all.add(new LedgerRecord.Log(key.topic(), key.partition(), known.entry()));
      }
    }
    unwrittenCounts.forEach(topic -> all.add(new LedgerRecord.Counts(topic, counts(topic))));
    all.addAll(revocations.unwritten());
    return all;
  }

  /// Says that a partition is read up to here, if it is time to write that down: reading has come
  /// into another leadership, or has gone on since the last one was written long enough ago. What
  /// is quiet is written now and then, in case the ledger has lost it.
  ///
  /// @param apart how long ago the last one must have been written
  synchronized Optional<LedgerRecord> due(
      Uuid topic, int partition, long next, Leaderships read, Duration apart) {
    Known known = logs.get(new LogKey(topic, partition));
    LogEntry entry =
        new LogEntry(
            next,
            read.last(),
            read.first(),
            known == null ? Lineage.WHOLE : known.entry().lineage());
    if (known == null) {
      return Optional.of(new LedgerRecord.Log(topic, partition, entry));
    }
    LogEntry further = entry.and(known.entry());
    boolean due =
        further.leadership() > known.entry().leadership()
            || (further.next() > known.entry().next() && isOld(known, apart))
            || isOld(known, QUIET);
    return due ? Optional.of(new LedgerRecord.Log(topic, partition, further)) : Optional.empty();
  }

  private static boolean isOld(Known known, Duration apart) {
    return known.readAt().isPresent()
        && System.nanoTime() - known.readAt().get() >= apart.toNanos();
  }

  private static <K> void mark(Set<K> unwritten, K key, boolean missing) {
    if (missing) {
      unwritten.add(key);
    } else {
      unwritten.remove(key);
    }
  }

  private Lineage merge(LogKey key, LogEntry entry, Optional<Long> readAt) {
    Known before = logs.get(key);
    if (before == null && isFull(logs.size())) {
      return entry.lineage();
    }
    LogEntry all = before == null ? entry : entry.and(before.entry());
    logs.put(key, new Known(all, readAt.isPresent() || before == null ? readAt : before.readAt()));
    Lineage lineage = all.lineage();
    if (before == null || !lineage.equals(before.entry().lineage())) {
      var _ = version.incrementAndGet();
    }
    return lineage;
  }

  private PartitionCounts merge(Uuid topic, PartitionCounts more) {
    if (!counts.containsKey(topic) && isFull(counts.size())) {
      return more;
    }
    return counts.merge(topic, more, PartitionCounts::and);
  }

  private boolean isFull(int entries) {
    if (entries < MAX_ENTRIES) {
      return false;
    }
    if (full.ask() > 0) {
      log.warn("the ledger has more entries than are kept entries={}", entries);
    }
    return true;
  }
}
