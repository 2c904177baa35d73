package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Sends records that somebody waits to hear of: a bounded queue, and a thread of its own that
/// calls Kafka's `send`, which can block. Keeps the order of the calls. Any thread may call; only
/// [#close] waits.
final class Telling implements AutoCloseable {
  /// Bytes accepted and not yet answered. A record counts [#LEAST] at least, so these are 8,192 at
  /// most.
  static final int MOST = 4 << 20;

  private static final int LEAST = 512;

  /// What waits longer for its turn is stale, and refused: Kafka is away.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration CLOSING = Duration.ofSeconds(2);

  private record Waiting(
      ProducerRecord<byte[], byte[]> record, long since, CompletableFuture<TellOutcome> answer) {}

  private final RenewingProducer producer;
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private final Thread thread =
      Thread.ofPlatform().name("sluice-telling").daemon().unstarted(this::run);
  private int held;
  private boolean closing;

  /// @param producer shared with other chores and closed by others, after this
  Telling(RenewingProducer producer) {
    this.producer = producer;
  }

  void start() {
    thread.start();
  }

  /// Sends a record, to partition 0 of the topic.
  ///
  /// @return never fails, and completes within about 7 s
  CompletionStage<TellOutcome> send(String topic, byte[] key, byte[] value) {
    return send(new ProducerRecord<>(topic, 0, key, value));
  }

  /// The same, to the partition that its key belongs in.
  CompletionStage<TellOutcome> sendByKey(String topic, byte[] key, byte[] value) {
    return send(new ProducerRecord<>(topic, key, value));
  }

  private CompletionStage<TellOutcome> send(ProducerRecord<byte[], byte[]> record) {
    int bytes = Math.max(LEAST, record.key().length + record.value().length);
    CompletableFuture<TellOutcome> answer = new CompletableFuture<>();
    synchronized (queue) {
      if (closing) {
        return CompletableFuture.completedFuture(new TellOutcome.Refused("the node is closing"));
      }
      if (held + bytes > MOST) {
        return CompletableFuture.completedFuture(
            new TellOutcome.Refused(
                "%d bytes wait to be told to the nodes, at most %d".formatted(held, MOST)));
      }
      held += bytes;
      queue.add(new Waiting(record, System.nanoTime(), answer));
      queue.notifyAll();
    }
    return answer.whenComplete((_, _) -> giveBack(bytes));
  }

  private void giveBack(int bytes) {
    synchronized (queue) {
      held -= bytes;
    }
  }

  /// Sends what was accepted, for at most 2 s.
  @Override
  public void close() {
    synchronized (queue) {
      closing = true;
      queue.notifyAll();
    }
    try {
      if (thread.isAlive()) { // not so when the start failed before
        thread.join(CLOSING);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (Waiting next = next(); next != null; next = next()) {
      CompletableFuture<TellOutcome> answer = next.answer();
      if (System.nanoTime() - next.since() > PATIENCE.toNanos()) {
        answer.complete(new TellOutcome.Refused("Kafka does not answer"));
      } else {
        String topic = next.record().topic();
        producer.send(next.record(), result -> answer.complete(outcome(result, topic)));
      }
    }
  }

  /// Nothing: closed, and nothing is left.
  private @Nullable Waiting next() {
    synchronized (queue) {
      while (queue.isEmpty() && !closing) {
        try {
          queue.wait();
        } catch (InterruptedException e) {
          throw new IllegalStateException("nobody interrupts who tells others", e);
        }
      }
      return queue.poll();
    }
  }

  private static TellOutcome outcome(SendResult result, String topic) {
    return switch (result) {
      case SendResult.Stored _ -> new TellOutcome.Acknowledged();
      case SendResult.NotSent(Exception e) -> outcome(PublishFaults.notSent(e, topic));
      case SendResult.Failed(Exception e) -> outcome(PublishFaults.failed(e, topic));
    };
  }

  private static TellOutcome outcome(PublishOutcome fault) {
    return switch (fault) {
      case PublishOutcome.Acknowledged _ -> new TellOutcome.Acknowledged();
      case PublishOutcome.Refused(String reason, Duration _) -> new TellOutcome.Refused(reason);
      case PublishOutcome.Unknown(String reason) -> new TellOutcome.Unknown(reason);
      case PublishOutcome.Rejected(String reason) -> new TellOutcome.Rejected(reason);
    };
  }
}
