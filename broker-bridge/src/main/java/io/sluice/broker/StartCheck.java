package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
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
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Logger log = LoggerFactory.getLogger(StartCheck.class);

  private final LedgerBook book;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final BooleanSupplier othersAlive;
  private final BridgeMetrics metrics;

  /// Whether another node runs, once that was found out.
  private Optional<Boolean> watched = Optional.empty();

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

  /// Brings the ledger up to date with these logs. Blocks for at most about 20 s, and only if there
  /// are new ones or leaders have changed.
  ///
  /// @throws KafkaException when Kafka does not say what must be known; nothing is taken for whole
  ///   that may not be
  void check(Map<TopicPartition, Log> logs) {
    Map<TopicPartition, Integer> asked = new HashMap<>();
    logs.forEach((tp, found) -> {
      int now = found.end().leadership();
      Optional<LogEntry> entry = book.log(found.topic(), tp.partition());
      if (entry.isEmpty() && now == 0) {
        fresh(tp, found, 0);
      } else if (entry.isEmpty() && now > 0) {
        asked.put(tp, now - 1);
      } else if (entry.isPresent() && entry.get().leadership() < now) {
        asked.put(tp, entry.get().leadership());
      }
    });
    if (asked.isEmpty()) {
      return;
    }
    Map<TopicPartition, EndOfLeadership> ends;
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      ends = LeadershipEnds.of(consumer, asked, LIMIT);
    }
    ends.forEach((tp, end) -> {
      Log found = logs.get(tp);
      if (found != null) {
        book.log(found.topic(), tp.partition())
            .ifPresentOrElse(
                before -> compare(tp, found, before, end), () -> fresh(tp, found, end.offset()));
      }
    });
  }

  /// Nobody has read it yet.
  ///
  /// @param first where its leadership begins
  private void fresh(TopicPartition tp, Log found, long first) {
    LogEnd end = found.end();
    book.found(
        found.topic(),
        tp.partition(),
        new LogEntry(end.offset(), end.leadership(), first, Lineage.WHOLE));
  }

  private void compare(TopicPartition tp, Log found, LogEntry before, EndOfLeadership kept) {
    if (before.leadership() >= found.end().leadership()) {
      return; // another node has looked meanwhile
    }
    long end =
        kept.leadership() < before.leadership()
            ? Math.min(kept.offset(), before.first())
            : kept.offset();
    boolean shorter = end < before.next();
    if (shorter) {
      log.warn(
          "a log was truncated while this node did not run partition={} at={} readTo={}",
          tp,
          end,
          before.next());
      metrics.truncated(found.binding());
    }
    if (shorter || !watched()) {
      int leadership = found.end().leadership();
      Cut cut = new Cut(Math.max(leadership, before.lineage().number() + 1), end);
      book.found(
          found.topic(),
          tp.partition(),
          new LogEntry(end, leadership, end, before.lineage().with(cut)));
    }
  }

  private boolean watched() {
    if (watched.isEmpty()) {
      watched = Optional.of(othersAlive.getAsBoolean());
    }
    return watched.get();
  }
}
