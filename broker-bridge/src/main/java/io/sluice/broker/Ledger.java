package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A small compacted topic with what nodes must agree on across restarts: truncations of logs, how
/// many partitions topics had, up to where each log was certainly read, and whose tokens were
/// revoked. Every node reads all of it, always; the duty node of a partition writes where reading
/// has come to, every 10 s or when the partition has a new leader; what a node finds out it writes
/// until it has read it back.
///
/// Reads and writes on one thread of its own. All other methods may be called by any thread and,
/// but for [#start] and [#close], never block.
final class Ledger implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  /// Between two entries of one partition that only say that reading has gone on.
  static final Duration APART = Duration.ofSeconds(10);

  private static final Duration CHORES = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofMillis(2_500);
  private static final Duration START = Duration.ofSeconds(15);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration SETTLING = Duration.ofSeconds(5);
  private static final long LOOK_NANOS = 50_000_000;

  /// Who waits until everything up to these ends was read.
  private record Awaited(Map<TopicPartition, Long> ends, List<CompletableFuture<Void>> waiting) {}

  private final String topic;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RenewingProducer producer;
  private final Telling telling;
  private final Supplier<List<TopicTail>> tails;
  private final Predicate<String> duty;
  private final BridgeMetrics metrics;
  private final LedgerBook book = new LedgerBook();
  private final Queue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final RareWarning deaf = new RareWarning(System::nanoTime);
  private final RareWarning mute = new RareWarning(System::nanoTime);
  private final Thread thread =
      Thread.ofPlatform().name("sluice-ledger").daemon().unstarted(this::run);
  private volatile @Nullable Consumer<byte[], byte[]> current;
  private volatile ControlListener listener = ControlListener.NONE;

  /// Whether the listener is still to be told of what was revoked before.
  private volatile boolean listenerIsNew;

  // the thread's own
  private @Nullable Consumer<byte[], byte[]> first;
  private final Map<TopicPartition, Long> read = new HashMap<>();
  private @Nullable Awaited awaited;
  private long nextChores = System.nanoTime();

  /// Whether a record was not sent in this round.
  private boolean mutedRound;

  private volatile boolean hurry;

  /// Whether all there was at start has been read: before, a topic that a broker does not know yet
  /// says nothing.
  private volatile boolean started;

  /// How many records were read.
  private final AtomicLong taken = new AtomicLong();

  /// @param consumers gives a new consumer with no assignment
  /// @param producer shared with other chores and closed by others, after this
  /// @param telling sends what somebody waits to hear of
  /// @param tails what this node reads now
  /// @param duty whether a chore, `topic/partition`, falls to this node
  Ledger(
      String topic,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RenewingProducer producer,
      Telling telling,
      Supplier<List<TopicTail>> tails,
      Predicate<String> duty,
      BridgeMetrics metrics) {
    this.topic = topic;
    this.consumers = consumers;
    this.producer = producer;
    this.telling = telling;
    this.tails = tails;
    this.duty = duty;
    this.metrics = metrics;
  }

  /// Reads all there is. Blocks for as long as that goes on, and for 15 s at most when nothing
  /// comes.
  ///
  /// @throws KafkaException when Kafka does not give it
  void start() {
    first = consumers.get(); // bad properties show here
    thread.start();
    long before = -1;
    while (!isRead()) {
      if (taken.get() == before) {
        throw new KafkaException("the ledger '" + topic + "' cannot be read");
      }
      before = taken.get();
    }
    started = true;
  }

  private boolean isRead() {
    try {
      refresh(START).toCompletableFuture().get();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while reading the ledger", e);
    } catch (ExecutionException e) {
      log.info("the ledger is still being read topic={} records={}", topic, taken, e);
      return false;
    }
  }

  /// Waits until what this node has found out is in the ledger, for at most 5 s; then it goes on
  /// without.
  void settle() {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    while (!book.unwritten().isEmpty() && deadline - System.nanoTime() > 0) {
      hurry = true;
      wakeup();
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /// What it says now.
  LedgerBook book() {
    return book;
  }

  /// Who is told of revocations from now on, and of those that are known already.
  void listen(ControlListener told) {
    listener = told;
    listenerIsNew = true;
    wakeup();
  }

  /// Writes that a user's tokens are revoked. The stage never fails; nodes, this one too, know of
  /// it when they have read it.
  CompletionStage<TellOutcome> revoke(Revocation revocation) {
    int length = revocation.user().length();
    if (length == 0 || length > Revocation.MAX_USER) {
      return CompletableFuture.completedFuture(
          new TellOutcome.Rejected(
              "a user of %d characters, must be 1 to %d".formatted(length, Revocation.MAX_USER)));
    }
    if (Utf8.encode(revocation.user()).isEmpty()) {
      return CompletableFuture.completedFuture(
          new TellOutcome.Rejected("a user with half of a surrogate pair"));
    }
    if (!book.revocations().hasRoomFor(revocation.user())) {
      return CompletableFuture.completedFuture(
          new TellOutcome.Refused(
              "the tokens of %d users are revoked, of at most %d"
                  .formatted(book.revocations().size(), Revocations.MAX_USERS)));
    }
    LedgerRecord record = new LedgerRecord.Revoked(revocation);
    return telling.sendByKey(topic, record.key(), Objects.requireNonNull(record.value()));
  }

  /// Completes when everything was read that had been written before this call. Fails when Kafka
  /// does not answer in 2.5 s.
  CompletionStage<Void> refresh() {
    return refresh(PATIENCE);
  }

  private CompletionStage<Void> refresh(Duration patience) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    asked.removeIf(CompletableFuture::isDone); // nobody waits for those any more
    boolean first = asked.isEmpty();
    asked.add(done);
    if (first) {
      wakeup();
    }
    return done.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    closed.countDown();
    wakeup();
    try {
      if (thread.isAlive()) { // not so when the start failed before
        thread.join(Duration.ofSeconds(3));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean closing() {
    return closed.getCount() == 0;
  }

  private void wakeup() {
    Consumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private void run() {
    while (!closing()) {
      try (Consumer<byte[], byte[]> consumer = next()) {
        current = consumer;
        assign(consumer);
        while (!closing()) {
          step(consumer);
        }
      } catch (WakeupException _) {
        // somebody asks, or closing: the loops see to it
      } catch (RuntimeException e) {
        if (started
            && (e instanceof AuthorizationException || e instanceof InvalidTopicException)) {
          asked.forEach(it -> it.complete(null)); // an answer: there is nothing more to know
        }
        metrics.ledgerFailed(e);
        long count = deaf.ask();
        if (count > 0) {
          log.warn("the ledger cannot be read count={} topic={}", count, topic, e);
        }
        pause();
      } finally {
        current = null;
      }
    }
    writeDown(Duration.ZERO); // the last word of a node that leaves
    asked.forEach(it -> it.completeExceptionally(new KafkaException("closed")));
  }

  private Consumer<byte[], byte[]> next() {
    Consumer<byte[], byte[]> made = first;
    first = null;
    return made == null ? consumers.get() : made;
  }

  private void assign(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new InvalidTopicException("there is no topic '" + topic + "'");
    }
    askAnew();
    consumer.assign(partitions);
    partitions.forEach(tp -> consumer.seek(tp, read.getOrDefault(tp, 0L)));
    if (read.isEmpty()) {
      consumer.seekToBeginning(partitions);
    }
  }

  private void step(Consumer<byte[], byte[]> consumer) {
    try {
      tellOfKnown();
      answer(consumer);
      long left = Math.max(0, nextChores - System.nanoTime());
      take(consumer.poll(Duration.ofNanos(left)));
      if (nextChores - System.nanoTime() <= 0 || hurry) {
        hurry = false;
        nextChores = System.nanoTime() + CHORES.toNanos();
        writeDown(APART);
      }
    } catch (WakeupException _) {
      // somebody asks, or closing
    } catch (InvalidOffsetException e) {
      log.warn("the ledger is not what it was, writing it anew cause={}", e.toString());
      consumer.seekToBeginning(consumer.assignment());
      read.clear();
      askAnew();
      book.rewrite();
    }
  }

  /// What they wait for may never come.
  private void askAnew() {
    Awaited now = awaited;
    awaited = null;
    if (now != null) {
      asked.addAll(now.waiting());
    }
  }

  /// Finds out what must have been read for those who ask; all who have asked by now share it.
  private void answer(Consumer<byte[], byte[]> consumer) {
    if (awaited == null && !asked.isEmpty()) {
      List<CompletableFuture<Void>> waiting = new ArrayList<>();
      for (var one = asked.poll(); one != null; one = asked.poll()) {
        waiting.add(one);
      }
      try {
        awaited = new Awaited(consumer.endOffsets(consumer.assignment(), PATIENCE), waiting);
      } catch (RuntimeException e) {
        asked.addAll(waiting); // they ask again
        throw e;
      }
    }
    Awaited now = awaited;
    if (now != null
        && now.ends().entrySet().stream()
            .allMatch(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue())) {
      awaited = null;
      now.waiting().forEach(it -> it.complete(null));
    }
  }

  private void take(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      LedgerRecord found = LedgerRecord.read(record.key(), record.value());
      if (found instanceof LedgerRecord.Unreadable) {
        metrics.ledgerUnreadable();
      }
      book.read(found);
      if (found instanceof LedgerRecord.Revoked(Revocation revocation)) {
        revoked(revocation);
      }
    }
    var _ = taken.addAndGet(records.count());
    records.nextOffsets().forEach((tp, next) -> read.put(tp, next.offset()));
  }

  private void tellOfKnown() {
    if (listenerIsNew) {
      listenerIsNew = false;
      book.revocations().all().forEach(this::revoked);
    }
  }

  private void revoked(Revocation revocation) {
    try {
      listener.revoked(revocation);
    } catch (RuntimeException e) {
      log.error("a revocation was not dealt with", e);
    }
  }

  /// @param apart as in [LedgerBook#due]
  private void writeDown(Duration apart) {
    mutedRound = false;
    book.unwritten().forEach(this::write);
    book.revocations()
        .ended(Instant.now(), user -> duty.test(LedgerRecord.REVOKED + user))
        .forEach(user -> write(new LedgerRecord.RevokedNoMore(user)));
    for (TopicTail tail : tails.get()) {
      for (TailedPartition partition : tail.partitions()) {
        Window window = partition.window();
        long next = window.tail(); // first: the leaderships are then at least those up to there
        Leaderships read = window.leaderships();
        if (read.last() >= 0 && duty.test(partition.toString())) {
          Epoch epoch = window.identity();
          book.due(epoch.topic(), epoch.partition(), next, read, apart).ifPresent(this::write);
        }
      }
    }
  }

  private void write(LedgerRecord record) {
    if (mutedRound) {
      return; // each would wait for as long
    }
    producer.send(
        toSend(record),
        result -> {
          switch (result) {
            case SendResult.Stored _ -> {
              // done when it is read back
            }
            case SendResult.NotSent(Exception e) -> {
              mutedRound = true;
              failed(e);
            }
            case SendResult.Failed(Exception e) -> failed(e);
          }
        });
  }

  @SuppressWarnings("NullAway") // a null value is how something is taken back
  private ProducerRecord<byte[], byte[]> toSend(LedgerRecord record) {
    return new ProducerRecord<>(topic, record.key(), record.value());
  }

  private void failed(Exception e) {
    metrics.ledgerFailed(e);
    long count = mute.ask();
    if (count > 0) {
      log.warn(
          "the ledger cannot be written count={} topic={} cause={}", count, topic, e.toString());
    }
  }

  private void pause() {
    try {
      var _ = closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the ledger", e);
    }
  }
}
