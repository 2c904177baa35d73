package io.sluice.broker;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Truncations that this node's tailers find out go into the ledger, and come from there when
/// another node was quicker. Thread-safe.
final class Truncations implements Lineages {
  private final LedgerBook book;
  private final Function<TopicPartition, CompletionStage<LogEnd>> ends;
  private final Duration patience;
  private final BridgeMetrics metrics;

  /// @param ends asks Kafka
  /// @param patience how long [#cut] waits
  Truncations(
      LedgerBook book,
      Function<TopicPartition, CompletionStage<LogEnd>> ends,
      Duration patience,
      BridgeMetrics metrics) {
    this.book = book;
    this.ends = ends;
    this.patience = patience;
    this.metrics = metrics;
  }

  @Override
  public long version() {
    return book.version();
  }

  @Override
  public Lineage known(Epoch log) {
    return book.lineage(log.topic(), log.partition());
  }

  @Override
  public boolean wasReadBeyond(Epoch log, int leadership, long offset) {
    return book.log(log.topic(), log.partition())
        .filter(entry -> entry.leadership() < leadership && entry.next() > offset)
        .isPresent();
  }

  @Override
  public long first(Epoch log, int leadership, long seen) {
    return book.log(log.topic(), log.partition())
        .filter(entry -> entry.leadership() == leadership)
        .map(entry -> Math.min(seen, entry.first()))
        .orElse(seen);
  }

  @Override
  public Lineage cut(Window old, long offset) throws InterruptedException {
    Epoch epoch = old.identity();
    Lineage known = known(epoch).and(old.lineage());
    if (known.number() > epoch.lineage() && known.firstCutSince(epoch.lineage()) <= offset) {
      return known;
    }
    int leadership = leadership(old);
    Lineage lineage = known.with(new Cut(Math.max(leadership, known.number() + 1), offset));
    book.found(epoch.topic(), epoch.partition(), new LogEntry(offset, leadership, offset, lineage));
    metrics.truncated(old.binding());
    return lineage;
  }

  private int leadership(Window old) throws InterruptedException {
    TopicPartition tp = new TopicPartition(old.binding().topic(), old.identity().partition());
    try {
      return ends.apply(tp)
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS)
          .leadership();
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("Kafka does not say who leads " + tp, e);
    }
  }
}
