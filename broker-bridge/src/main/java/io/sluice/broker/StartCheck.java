package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at start whether logs were truncated while no node ran, so that positions of that time are
/// judged rightly. The ledger says up to where, and under which leader, each log was read. A log
/// that still has that leader is whole. Where the leader changed, everything above the end of the
/// earlier one's records may be other than it was:
///
/// - While other nodes run they see what happens, so only a log that ends below what was read has
///   been truncated.
/// - When none runs, nobody knows what clients were told after the ledger's last entry. The log
///   counts as cut where the new leader's records begin. If it was not, that costs nothing: no
///   client was told of anything above.
final class StartCheck {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(StartCheck.class);

  private final LedgerBook book;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BooleanSupplier othersAlive;
  private final BridgeMetrics metrics;

  /// @param consumers gives a new consumer with no assignment
  /// @param othersAlive whether another node runs; may take seconds, and is asked only when that
  ///   matters
  StartCheck(
      LedgerBook book,
      Supplier<Consumer<byte[], byte[]>> consumers,
      BooleanSupplier othersAlive,
      BridgeMetrics metrics) {
    this.book = book;
    this.consumers = consumers;
    this.othersAlive = othersAlive;
    this.metrics = metrics;
  }

  /// What is to be known of a partition.
  ///
  /// @param topic the id of its topic
  /// @param end where it ends now
  record Log(TopicBinding binding, Uuid topic, LogEnd end) {}

  /// Brings the ledger up to date with these logs. Blocks for at most about 10 s, and only if
  /// leaders have changed.
  void check(Map<TopicPartition, Log> logs) {
    Map<TopicPartition, Integer> changed = new HashMap<>();
    logs.forEach((tp, found) -> {
      int now = found.end().leadership();
      Optional<LogEntry> entry = book.log(found.topic(), tp.partition());
      if (entry.isEmpty() && now >= 0) {
        book.found(
            found.topic(), tp.partition(), new LogEntry(found.end().offset(), now, Lineage.WHOLE));
      } else if (entry.isPresent() && entry.get().leadership() < now) {
        changed.put(tp, entry.get().leadership());
      }
    });
    if (!changed.isEmpty()) {
      compare(logs, changed);
    }
  }

  private void compare(Map<TopicPartition, Log> logs, Map<TopicPartition, Integer> leaderships) {
    Map<TopicPartition, Long> ends;
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      ends = LeadershipEnds.of(consumer, leaderships, LIMIT);
    }
    boolean watched = othersAlive.getAsBoolean();
    for (TopicPartition tp : leaderships.keySet()) {
      Log found = logs.get(tp);
      Long end = ends.get(tp);
      if (found == null || end == null) {
        log.warn("it is not known whether a log is whole, it counts as whole partition={}", tp);
        continue;
      }
      LogEntry before = book.log(found.topic(), tp.partition()).orElseThrow();
      boolean shorter = end < before.next();
      if (shorter) {
        log.warn(
            "a log was truncated while this node did not run partition={} at={} readTo={}",
            tp,
            end,
            before.next());
        metrics.truncated(found.binding());
      }
      if (shorter || !watched) {
        int leadership = Math.max(found.end().leadership(), before.lineage().number() + 1);
        Lineage lineage = before.lineage().with(new Cut(leadership, end));
        book.found(found.topic(), tp.partition(), new LogEntry(end, leadership, lineage));
      }
    }
  }
}
