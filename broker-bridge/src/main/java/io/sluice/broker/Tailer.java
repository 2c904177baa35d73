package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that reads a set of partitions into their windows and says so. It assigns and seeks,
/// and is in no consumer group. What goes wrong with Kafka is counted, waited out with back-off and
/// jitter, and reading goes on at exactly the next offset, which is the window's. What goes wrong
/// with one partition only rests by itself while the others are read on.
///
/// [#tail] and [#close] may be called by any thread; everything else is the tailer's own.
final class Tailer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tailer.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long BACK_OFF_MIN_MS = 100;
  private static final long BACK_OFF_MAX_MS = 5_000;

  /// What is ours: a look at a topic ([TopicWatch#TAILERS_PATIENCE]); a partition's records.
  static final Duration TURN = Duration.ofSeconds(2);

  /// A call of Kafka's client, a poll like any other, however short it was asked to be: the client
  /// looks names of hosts up on the thread that calls it, one after the other, and nothing says
  /// beforehand when it will. A name that no server answers for takes 30 s where the system asks
  /// three servers twice, for 5 s each; this is ten of them. It covers what the client waits for by
  /// itself: 5 s for an answer, 30 s to close. So a thread that hangs in Kafka's client is found
  /// late, and one that hangs in what is ours soon: what is ours begins with a [#TURN].
  static final Duration KAFKA = Duration.ofMinutes(5);

  /// A topic that is deleted and made anew is silent for longer before it has as many records as
  /// the one before.
  private static final Duration SILENCE = Duration.ofMillis(100);

  /// A partition with the right to write its window.
  private static final class Feed {
    final TopicTail topic;
    final TailedPartition partition;
    Window window;
    WindowWriter writer;

    /// When something came of it last, by [System#nanoTime].
    long heardAt = System.nanoTime() - SILENCE.toNanos();

    Feed(TopicTail topic, TailedPartition partition) {
      this.topic = topic;
      this.partition = partition;
      this.window = partition.window();
      this.writer = window.takeOver();
    }

    void use(Window next) {
      window = next;
      writer = next.takeOver();
    }
  }

  private record Wanted(long version, List<TopicTail> topics) {}

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final RecordSorter sorter;
  private final TopicIdentity identity;
  private final Lineages lineages;
  private final Repairs repairs;
  private final TailListener listener;
  private final BridgeMetrics metrics;
  private final Thread thread;
  private final Pulse pulse;
  private final AtomicReference<Wanted> wanted = new AtomicReference<>(new Wanted(0, List.of()));
  private volatile boolean closing;
  private volatile @Nullable Consumer<byte[], byte[]> current;

  private long tailed = -1;
  private volatile long learned = -1;
  private Map<TopicPartition, Feed> feeds = Map.of();
  private List<TopicTail> tailing = List.of();
  private final Resting resting = new Resting();

  /// @param consumers gives a new consumer with no assignment
  Tailer(
      String name,
      Supplier<Consumer<byte[], byte[]>> consumers,
      RecordSorter sorter,
      TopicIdentity identity,
      Lineages lineages,
      Breaks breaks,
      TailListener listener,
      BridgeMetrics metrics) {
    this.consumers = consumers;
    this.sorter = sorter;
    this.identity = identity;
    this.lineages = lineages;
    this.repairs = new Repairs(lineages, breaks, listener, this::moved);
    this.listener = listener;
    this.metrics = metrics;
    this.thread = Thread.ofPlatform().name("sluice-tailer-" + name).daemon().unstarted(this::run);
    this.pulse = new Pulse(thread);
  }

  void start() {
    thread.start();
  }

  /// Reads every partition of these topics from now on, and no other. Call again when a topic
  /// changed.
  void tail(List<TopicTail> topics) {
    wanted.updateAndGet(before -> new Wanted(before.version() + 1, List.copyOf(topics)));
    wakeup();
  }

  /// Whether the thread is alive.
  boolean running() {
    return thread.isAlive();
  }

  /// Its sign of life.
  Pulse pulse() {
    return pulse;
  }

  @Override
  public void close() {
    closing = true;
    wakeup();
    thread.interrupt();
    try {
      if (thread.isAlive()) { // not so when the start failed before
        thread.join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void wakeup() {
    Consumer<byte[], byte[]> consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private void run() {
    long backOff = BACK_OFF_MIN_MS;
    while (!closing) {
      pulse.turn(KAFKA);
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        current = consumer;
        pulse.turn(TURN);
        try {
          assign(consumer, wanted.get());
          while (!closing) {
            pulse.turn(TURN);
            step(consumer);
            backOff = BACK_OFF_MIN_MS;
          }
        } finally {
          pulse.turn(KAFKA);
        }
      } catch (WakeupException | InterruptException _) {
        // closing, or new topics: the loop's condition and the next step see to it
      } catch (RuntimeException e) {
        metrics.tailerError(e);
        log.warn(
            "tailing failed, going on at the same offsets backOffMs={} tailer={}",
            backOff,
            thread.getName(),
            e);
        backOff = pause(backOff);
      } finally {
        current = null;
      }
    }
  }

  private long pause(long backOff) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(backOff / 2, backOff + 1));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only close() interrupts
    }
    return Math.min(backOff * 2, BACK_OFF_MAX_MS);
  }

  private void step(Consumer<byte[], byte[]> consumer) {
    Wanted now = wanted.get();
    if (resting.wake(System.nanoTime()) || now.version() != tailed) {
      assign(consumer, now);
    }
    if (lineages.version() != learned) {
      learn(consumer);
    }
    if (feeds.isEmpty()) {
      idle();
      return;
    }
    ConsumerRecords<byte[], byte[]> records;
    pulse.turn(KAFKA);
    try {
      records = consumer.poll(POLL);
    } catch (WakeupException e) {
      return;
    } catch (InterruptException e) {
      throw e;
    } catch (InvalidOffsetException e) {
      mend(consumer, e);
      return;
    } catch (RuntimeException e) {
      Set<TopicPartition> faulty = FaultyPartitions.of(e, feeds.keySet());
      if (faulty.isEmpty()) {
        throw e;
      }
      rest(faulty, e);
      assign(consumer, now);
      return;
    }
    pulse.turn(TURN);
    long polledAt = System.nanoTime();
    Set<TopicPartition> failed = strangers(records.nextOffsets().keySet(), polledAt);
    records
        .nextOffsets()
        .forEach((tp, next) -> {
          if (failed.contains(tp)) {
            return;
          }
          pulse.turn(TURN);
          try {
            append(consumer, tp, records.records(tp), next, polledAt);
            resting.healthy(tp);
          } catch (RuntimeException e) { // ours; it must not stop the other partitions
            rest(Set.of(tp), e);
            failed.add(tp);
          }
        });
    if (!failed.isEmpty()) {
      assign(consumer, now);
    }
  }

  /// Partitions of which something came after a silence, and whose topic is another by now, or
  /// nobody knows. They rest: Kafka is asked again when they are read again.
  private Set<TopicPartition> strangers(Set<TopicPartition> heard, long polledAt) {
    Map<TopicTail, Optional<KafkaException>> known = new HashMap<>();
    Optional<KafkaException> unanswered = Optional.empty();
    Set<TopicPartition> strangers = new HashSet<>();
    for (TopicPartition tp : heard) {
      Feed feed = feeds.get(tp);
      if (feed == null) {
        continue;
      }
      pulse.turn(TURN);
      boolean silent = polledAt - feed.heardAt >= SILENCE.toNanos();
      Optional<KafkaException> doubt = Optional.empty();
      if (silent) {
        doubt = known.getOrDefault(feed.topic, unanswered);
        if (doubt.isEmpty() && !known.containsKey(feed.topic)) {
          doubt = doubt(feed.topic, feed.window);
          known.put(feed.topic, doubt);
          // one wait for all topics: those that are read well must not wait for each in turn
          unanswered = doubt.filter(e -> e.getCause() instanceof TimeoutException);
        }
      }
      if (doubt.isPresent()) {
        rest(Set.of(tp), doubt.get());
        strangers.add(tp);
      } else {
        feed.heardAt = polledAt;
      }
    }
    return strangers;
  }

  /// Why what has just been read may not be of the topic that a window is of.
  private Optional<KafkaException> doubt(TopicTail topic, Window window) {
    try {
      return identity.isStill(topic, window.identity().topic())
          ? Optional.empty()
          : Optional.of(new KafkaException("the topic was deleted and made anew"));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (KafkaException e) {
      return Optional.of(e);
    }
  }

  private void rest(Set<TopicPartition> faulty, RuntimeException e) {
    long now = System.nanoTime();
    for (TopicPartition tp : faulty) {
      Feed feed = feeds.get(tp);
      if (feed != null) {
        metrics.partitionRests(feed.topic.binding(), e);
        Duration length = resting.rest(tp, now);
        log.warn(
            "a partition cannot be read, left alone partition={} forMs={}",
            tp,
            length.toMillis(),
            e);
      }
    }
  }

  /// Every partition rests: a poll of nothing would fail.
  private void idle() {
    try {
      Thread.sleep(Resting.MIN);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only close() interrupts
    }
  }

  private void assign(Consumer<byte[], byte[]> consumer, Wanted now) {
    Map<TopicPartition, Feed> next = new HashMap<>();
    for (TopicTail topic : now.topics()) {
      for (TailedPartition p : topic.partitions()) {
        TopicPartition tp = p.topicPartition();
        p.resting(resting.isResting(tp));
        if (!p.resting()) {
          next.put(tp, new Feed(topic, p));
        }
      }
    }
    consumer.assign(next.keySet());
    next.forEach((tp, feed) -> seek(consumer, tp, feed.window));
    feeds = next;
    tailing = now.topics();
    tailed = now.version();
    learn(consumer);
  }

  /// With the leadership of what was read last Kafka says if that has been truncated meanwhile.
  private static void seek(Consumer<byte[], byte[]> consumer, TopicPartition tp, Window window) {
    long next = window.nextOffset();
    Optional<Integer> leadership =
        window.leaderships().last() >= 0 && window.tail() == next
            ? Optional.of(window.leaderships().last())
            : Optional.empty();
    consumer.seek(tp, new OffsetAndMetadata(next, leadership, ""));
  }

  /// Takes over what other nodes have found out about truncations, of partitions that rest, too.
  private void learn(Consumer<byte[], byte[]> consumer) {
    long version = lineages.version();
    for (TopicTail topic : tailing) {
      topic
          .partitions()
          .forEach(partition -> {
            pulse.turn(KAFKA);
            repairs.learn(consumer, partition);
          });
    }
    learned = version;
  }

  /// Whether what lineages say in this version has been taken over.
  boolean hasLearned(long version) {
    return learned >= version;
  }

  private void append(
      Consumer<byte[], byte[]> consumer,
      TopicPartition tp,
      List<ConsumerRecord<byte[], byte[]>> records,
      OffsetAndMetadata next,
      long polledAt) {
    Feed feed = feeds.get(tp);
    if (feed == null) {
      return;
    }
    Continuity read = Continuity.of(feed.window, records, next, lineages);
    if (read.cut().isPresent()) {
      pulse.turn(KAFKA);
      repairs.cut(consumer, feed.partition, feed.window, read.cut().get(), read.leaderships());
      return;
    }
    // not the first of these records: what came before a failure may lie there untold
    long from = feed.window.tail();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      var _ = sorter.append(feed.topic, feed.writer, record, polledAt);
    }
    if (feed.writer.publish(next.offset(), read.leaderships()) && feed.window.tail() > from) {
      listener.appended(feed.partition, feed.window, from, feed.window.tail());
    }
  }

  /// The log is not what it was: every broken partition gets a new window, and reading goes on
  /// there.
  private void mend(Consumer<byte[], byte[]> consumer, InvalidOffsetException e) {
    log.warn("a partition's log broke off partitions={} cause={}", e.partitions(), e.toString());
    for (TopicPartition tp : e.partitions()) {
      Feed feed = feeds.get(tp);
      if (feed != null) {
        pulse.turn(KAFKA);
        try {
          Optional<KafkaException> doubt = doubt(feed.topic, feed.window);
          if (doubt.isPresent()) {
            rest(Set.of(tp), doubt.get()); // the topic watch sees to it
            continue;
          }
          repairs.outOfRange(consumer, feed.partition, feed.window, e);
        } catch (WakeupException | InterruptException ours) {
          throw ours;
        } catch (KafkaException unanswered) { // about this log; others may be readable
          rest(Set.of(tp), unanswered);
        }
      }
    }
    if (e.partitions().stream().anyMatch(resting::isResting)) {
      assign(consumer, wanted.get());
    }
  }

  /// A partition has a new window.
  private void moved(Consumer<byte[], byte[]> consumer, TailedPartition partition, Window fresh) {
    TopicPartition tp = partition.topicPartition();
    Feed feed = feeds.get(tp);
    if (feed != null) {
      feed.use(fresh);
      seek(consumer, tp, fresh);
    }
  }
}
