package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;

/// Finds out what this node may not have heard of yet, before a client is told that its position is
/// of another log: whether the topic is another now or has more partitions, and what the ledger
/// says. All who ask before a look has begun share it, so a crowd costs two. Thread-safe, never
/// blocks.
final class News {
  /// Below the time a subscribe may take.
  private static final Duration PATIENCE = Duration.ofMillis(2_500);

  /// Before each look at a topic: clients can ask with whatever epoch they like.
  private static final Duration APART = Duration.ofMillis(100);

  private static final long LOOK_NANOS = 5_000_000;

  /// Looks at a topic now, and takes over what is found; blocks.
  interface Look {
    /// Looks, and returns when it is taken over.
    ///
    /// @throws KafkaException when Kafka does not answer
    void at(TopicTail topic, Duration patience) throws InterruptedException;
  }

  /// Whether tailers have taken over what the ledger said in a version.
  interface Learned {
    boolean upTo(long version);
  }

  /// One finding out, shared by all who asked before it began.
  private static final class Round {
    final CompletableFuture<Void> news = new CompletableFuture<>();
    boolean begun;
  }

  private final Ledger ledger;
  private final Look look;
  private final Learned learned;

  /// The newest round of each topic.
  private final Map<String, Round> rounds = new HashMap<>();

  News(Ledger ledger, Look look, Learned learned) {
    this.ledger = ledger;
    this.look = look;
    this.learned = learned;
  }

  /// Completes when all that Kafka knows by now has been taken over. Fails with a [KafkaException]
  /// when it does not answer in 2.5 s.
  CompletionStage<Void> of(TopicTail topic) {
    Round next = new Round();
    CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
    synchronized (rounds) {
      Round last = rounds.get(topic.binding().topic());
      if (last != null && !last.begun) {
        return inTime(last);
      }
      rounds.put(topic.binding().topic(), next);
      if (last != null) {
        before = last.news;
      }
    }
    var _ =
        before.whenComplete(
            (_, _) -> Thread.ofVirtual().name("sluice-news").start(() -> run(topic, next)));
    return inTime(next);
  }

  private static CompletionStage<Void> inTime(Round round) {
    return round.news.copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run(TopicTail topic, Round round) {
    LockSupport.parkNanos(APART.toNanos());
    synchronized (rounds) {
      round.begun = true;
    }
    try {
      find(topic);
      round.news.complete(null);
    } catch (InterruptedException | ExecutionException | TimeoutException | RuntimeException e) {
      round.news.completeExceptionally(new KafkaException("Kafka does not answer", e));
    } finally {
      synchronized (rounds) {
        rounds.remove(topic.binding().topic(), round);
      }
    }
  }

  private void find(TopicTail topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    CompletionStage<Void> read = ledger.refresh();
    look.at(topic, PATIENCE);
    read.toCompletableFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    long version = ledger.book().version();
    while (!learned.upTo(version)) {
      if (deadline - System.nanoTime() <= 0) {
        throw new TimeoutException("no tailer has taken it over");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
