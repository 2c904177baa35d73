package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the records that could not be delivered: counts each, warns about once a minute and
/// reason, and writes to the dead-letter topic those of the partitions that are this node's duty,
/// and those that only it may have noticed. Those of others' partitions it keeps for a while: when
/// such a node has died before it wrote them, and the duty has come here, it writes them.
///
/// [#offer] may be called by any thread, never blocks and never fails. At most [#QUEUE] letters
/// wait here and [#IN_FLIGHT] more in the producer; further ones are lost and counted. A letter
/// that Kafka does not take in time waits again.
final class DeadLetters implements AutoCloseable {
  /// Letters waiting to be written; at most about 12 KB each.
  static final int QUEUE = 300;

  /// Letters handed to the producer and not yet stored.
  static final int IN_FLIGHT = 100;

  /// Letters of other nodes' partitions that are kept, the newest.
  static final int KEPT = 100;

  /// For longer than a dead node is taken to live.
  static final Duration KEPT_FOR = Duration.ofSeconds(30);

  /// Tells records that have come since they are read from those that were found again.
  @FunctionalInterface
  interface Arrivals {
    /// Whether it has come since its partition is read. Never blocks.
    boolean isNews(TopicBinding binding, int partition, long offset);
  }

  private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final String topic;
  private final RenewingProducer producer;
  private final Predicate<String> isDuty;
  private final Arrivals arrivals;
  private final BridgeMetrics metrics;
  private final BlockingQueue<DeadLetter> queue = new ArrayBlockingQueue<>(QUEUE);
  private final BlockingQueue<Kept> kept = new ArrayBlockingQueue<>(KEPT);
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
  private final Map<DeadLetterReason, RareWarning> warnings = new EnumMap<>(DeadLetterReason.class);
  private final RareWarning lost = new RareWarning(System::nanoTime);
  private final Thread thread =
      Thread.ofPlatform().name("sluice-dead-letters").daemon().unstarted(this::run);
  private volatile boolean closing;
  private volatile boolean closed;

  /// A letter that another node is to write.
  private record Kept(DeadLetter letter, long since) {}

  /// Dead letters that are counted but not written until [#start].
  ///
  /// @param producer shared with other chores and closed by others, after this
  /// @param isDuty whether `topic/partition` is this node's; never blocks
  DeadLetters(
      String topic,
      RenewingProducer producer,
      Predicate<String> isDuty,
      Arrivals arrivals,
      BridgeMetrics metrics) {
    this.topic = topic;
    this.producer = producer;
    this.isDuty = isDuty;
    this.arrivals = arrivals;
    this.metrics = metrics;
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      warnings.put(reason, new RareWarning(System::nanoTime));
    }
    metrics.deadLetterQueue(queue::size);
  }

  void start() {
    thread.start();
  }

  /// A record that its tailer found to be undeliverable.
  void offer(
      TopicBinding binding,
      ConsumerRecord<byte[], byte[]> record,
      DeadLetterReason reason,
      String detail) {
    note(binding, record.partition(), record.offset(), record.timestamp(), reason, detail);
    DeadLetter letter = DeadLetter.of(binding, record, reason, detail);
    if (isDuty(letter)) {
      queue(letter);
    } else {
      keep(letter);
    }
  }

  /// A record found to be undeliverable later, when only parts of it are at hand. Only nodes that
  /// were about to deliver it find that out, and the duty node may be none of them, so everyone who
  /// does writes the letter: it is the same under the same key.
  ///
  /// @param valueHead the value or its beginning
  /// @param valueSize the whole value's size
  void offer(
      TopicBinding binding,
      int partition,
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] valueHead,
      int valueSize,
      DeadLetterReason reason,
      String detail) {
    note(binding, partition, offset, timestamp, reason, detail);
    queue(
        new DeadLetter(
            reason,
            detail,
            binding.namespace(),
            binding.topic(),
            partition,
            offset,
            timestamp,
            DeadLetter.head(key),
            DeadLetter.size(key),
            DeadLetter.head(valueHead),
            valueSize));
  }

  /// Gives the letters that wait this long, then ends.
  void close(Duration timeout) {
    if (closing) {
      return;
    }
    closing = true;
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      if (thread.isAlive()) {
        thread.join(timeout);
      }
      closed = true;
      long left = Math.max(0, deadline - System.nanoTime());
      if (inFlight.tryAcquire(IN_FLIGHT, left, TimeUnit.NANOSECONDS)) {
        inFlight.release(IN_FLIGHT);
      }
    } catch (InterruptedException _) {
      closed = true;
      Thread.currentThread().interrupt();
    }
    queue.forEach(_ -> metrics.deadLetterLost());
    queue.clear();
  }

  /// What to do with payloads of a namespace that are not of its kind.
  BadPayload badPayload(TopicBinding binding) {
    String kind = binding.payload().name().toLowerCase(Locale.ROOT);
    return (partition, offset, time, key, head, size) ->
        offer(
            binding,
            partition,
            offset,
            time,
            binding.key().encode(key).orElse(null),
            head,
            size,
            DeadLetterReason.BAD_PAYLOAD,
            "the value of " + size + " bytes is not " + kind);
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(2));
  }

  private boolean isDuty(DeadLetter letter) {
    return isDuty.test(letter.topic() + "/" + letter.partition());
  }

  private void keep(DeadLetter letter) {
    Kept one = new Kept(letter, System.nanoTime());
    while (!kept.offer(one)) {
      kept.poll();
    }
  }

  /// Writes what another node was to write, where the duty has come here since: most likely it had
  /// been written already, and is once more, the same under the same key.
  private void inherit() {
    for (Kept one : kept) {
      boolean old = System.nanoTime() - one.since() > KEPT_FOR.toNanos();
      if (old) {
        kept.remove(one);
      } else if (isDuty(one.letter()) && kept.remove(one)) {
        queue(one.letter());
      }
    }
  }

  private void note(
      TopicBinding binding,
      int partition,
      long offset,
      long timestamp,
      DeadLetterReason reason,
      String detail) {
    metrics.deadLetter(binding, reason, cameAt(binding, partition, offset, timestamp));
    RareWarning warning = warnings.get(reason);
    long count = warning == null ? 0 : warning.ask();
    if (count > 0) {
      log.warn(
          "records cannot be delivered reason={} count={} namespace={} topic={} partition={} offset={} detail=\"{}\" fix=\"{}\"",
          reason.wireName(),
          count,
          binding.namespace(),
          binding.topic(),
          partition,
          offset,
          detail,
          reason.fix(binding));
    }
  }

  /// What is found again is as old as its record says, so that a node that starts tells nothing
  /// new; what came while no node was there still counts as new, if it is. No record is of the
  /// future.
  private Instant cameAt(TopicBinding binding, int partition, long offset, long timestamp) {
    Instant now = Instant.now();
    Instant stored = Instant.ofEpochMilli(timestamp);
    return arrivals.isNews(binding, partition, offset) || stored.isAfter(now) ? now : stored;
  }

  private void queue(DeadLetter letter) {
    if (closed || !queue.offer(letter)) {
      lose("the queue is full");
    }
  }

  private void lose(String why) {
    metrics.deadLetterLost();
    long count = lost.ask();
    if (count > 0) {
      log.warn("dead letters are lost count={} cause=\"{}\" topic={}", count, why, topic);
    }
  }

  private void run() {
    while (!closed && !(closing && queue.isEmpty())) {
      try {
        inherit();
        if (inFlight.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
          writeNext();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the writer of dead letters", e);
      }
    }
  }

  private void writeNext() throws InterruptedException {
    DeadLetter letter = queue.poll(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    if (letter == null) {
      inFlight.release();
      return;
    }
    producer.send(
        new ProducerRecord<>(topic, letter.recordKey(), letter.recordValue()),
        result -> {
          inFlight.release();
          settle(letter, result);
        });
  }

  private void settle(DeadLetter letter, SendResult result) {
    switch (result) {
      case SendResult.Stored _ -> metrics.deadLetterWritten();
      case SendResult.NotSent(Exception e) -> again(letter, e);
      case SendResult.Failed(Exception e) -> again(letter, e);
    }
  }

  private void again(DeadLetter letter, Exception e) {
    if (e instanceof RetriableException && !closed) {
      queue(letter);
    } else {
      lose(e.toString());
    }
  }
}
