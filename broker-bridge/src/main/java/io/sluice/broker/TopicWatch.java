package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds whether a topic got partitions or became another topic of the same name:
/// consumers say neither. One thread of its own; each topic's tailer may ask for a look besides.
final class TopicWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicWatch.class);

  /// How often each topic is looked at.
  static final Duration EVERY = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Topics.LOOK.plusSeconds(1);

  /// A tailer has many partitions to read and cannot wait long for one.
  static final Duration TAILERS_PATIENCE = Duration.ofMillis(500);

  /// Asks Kafka what a topic is like now.
  interface Describe {
    CompletionStage<Optional<TopicState>> topic(TopicBinding binding);
  }

  /// What was found out about one topic; under its own monitor.
  private static final class Looks {
    final LookPace pace = new LookPace();
    boolean any;

    /// When the newest look that was answered had started.
    long lookedAt;
  }

  private final Describe describe;
  private final Breaks breaks;
  private final TailListener listener;
  private final Runnable changed;
  private final Runnable besides;
  private final AtomicInteger nextIndex;
  private final Map<String, Looks> looks = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile List<TopicTail> tails = List.of();
  private volatile boolean reachable = true;

  /// @param changed told after a topic's partitions changed, so that they are tailed
  /// @param besides called after each look at all topics; must not wait
  TopicWatch(
      Describe describe,
      Breaks breaks,
      TailListener listener,
      AtomicInteger nextIndex,
      Runnable changed,
      Runnable besides) {
    this.describe = describe;
    this.breaks = breaks;
    this.listener = listener;
    this.nextIndex = nextIndex;
    this.changed = changed;
    this.besides = besides;
    this.thread = Thread.ofVirtual().name("sluice-topic-watch").unstarted(this::run);
  }

  void start(List<TopicTail> watched) {
    tails = List.copyOf(watched);
    thread.start();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(EVERY);
        for (TopicTail tail : tails) {
          var _ = look(tail, PATIENCE);
        }
        lookBesides();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void lookBesides() {
    try {
      besides.run();
    } catch (RuntimeException e) {
      log.warn("what is done after each look failed", e);
    }
  }

  /// For whoever reads the topic: looks at it now, unless a look that started after the records in
  /// question had come has been answered, or [LookPace] has it wait. Blocks for at most
  /// [#TAILERS_PATIENCE].
  ///
  /// @param polledAt when the records had come, by [System#nanoTime]
  void lookFor(TopicTail tail, long polledAt) {
    Looks of = looksAt(tail);
    long started = System.nanoTime();
    synchronized (of) {
      if (!of.pace.isDue(started, polledAt, of.any ? of.lookedAt : polledAt - 1)) {
        return;
      }
    }
    var _ = look(tail, TAILERS_PATIENCE);
  }

  /// Looks at a topic now. Blocks.
  ///
  /// @throws KafkaException when Kafka does not answer
  void lookNow(TopicTail tail, Duration patience) throws InterruptedException {
    boolean answered = look(tail, patience);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!answered) {
      throw new KafkaException("Kafka does not describe " + tail.binding().topic());
    }
  }

  private Looks looksAt(TopicTail tail) {
    return looks.computeIfAbsent(tail.binding().topic(), _ -> new Looks());
  }

  /// Waits without a lock, so that nobody waits for another's look.
  ///
  /// @return whether Kafka answered
  private boolean look(TopicTail tail, Duration patience) {
    boolean forTailer = patience.equals(TAILERS_PATIENCE);
    Looks of = looksAt(tail);
    long started = System.nanoTime();
    Optional<TopicState> state = Optional.empty();
    boolean answered = false;
    try {
      state =
          describe
              .topic(tail.binding())
              .toCompletableFuture()
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
      reachable = true;
      answered = true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      reachable = e.getCause() instanceof AuthorizationException; // which is an answer
      log.debug("Kafka did not describe a topic topic={}", tail.binding().topic(), e);
    } catch (TimeoutException e) {
      if (!forTailer) {
        reachable = false;
      }
      log.debug("Kafka did not describe a topic in time topic={}", tail.binding().topic(), e);
    }
    synchronized (of) {
      if (of.any && started - of.lookedAt < 0) {
        return true; // a later look was answered before this one
      }
      boolean changed = false;
      if (state.isPresent()) {
        of.any = true;
        of.lookedAt = started;
        changed = compare(tail, state.get());
      }
      if (changed) {
        of.pace.fruitful();
      } else if (forTailer) {
        of.pace.fruitless(started, System.nanoTime());
      }
    }
    return answered;
  }

  /// Whether Kafka answered the last look.
  boolean reachable() {
    return reachable;
  }

  /// Takes over what was found; tells whether the topic is another than before.
  private boolean compare(TopicTail tail, TopicState state) {
    int before = tail.count();
    if (!state.id().equals(tail.id())) {
      log.warn(
          "topic was deleted and created again topic={} namespace={}",
          tail.binding().topic(),
          tail.binding().namespace());
      recreate(tail, state);
      return true;
    }
    if (state.partitions() > before) {
      log.info(
          "topic has more partitions topic={} before={} now={}",
          tail.binding().topic(),
          before,
          state.partitions());
      tail.partitions().forEach(p -> p.window().recount(state.partitions()));
      tail.grow(fresh(tail, state, before));
      changed.run();
      listener.repartitioned(tail.binding(), before, state.partitions());
      return true;
    }
    return false;
  }

  /// Partitions this node has not seen; read from offset 0, so that nothing written before they
  /// were noticed is missed.
  private List<TailedPartition> fresh(TopicTail tail, TopicState state, int from) {
    List<TailedPartition> added = new ArrayList<>();
    for (int p = from; p < state.partitions(); p++) {
      Window window = fresh(state, p);
      added.add(new TailedPartition(nextIndex.getAndIncrement(), tail.binding(), p, window, 0));
    }
    return added;
  }

  private Window fresh(TopicState state, int partition) {
    return breaks.first(
        state.binding(), Breaks.Log.fresh(state, partition), 0, Leaderships.of(0, 0));
  }

  private void recreate(TopicTail tail, TopicState state) {
    List<TailedPartition> old = tail.partitions();
    List<TailedPartition> now = new ArrayList<>();
    for (TailedPartition p : old.subList(0, Math.min(old.size(), state.partitions()))) {
      Window gone = p.replaceWindow(fresh(state, p.partition()));
      now.add(p);
      listener.replaced(p, gone);
    }
    old.stream().skip(state.partitions()).forEach(p -> listener.replaced(p, p.window()));
    now.addAll(fresh(tail, state, old.size()));
    tail.recreated(state.id(), now);
    changed.run();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      if (thread.isAlive()) { // not so when the start failed before
        thread.join(Duration.ofSeconds(2));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    tails = List.of();
  }
}
