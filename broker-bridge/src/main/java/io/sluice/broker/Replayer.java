package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads below the windows: a fixed number of threads, each of which scans one partition at a time,
/// for all who wait for that partition together. Who comes later joins a scan that has yet to come
/// to its position. Live delivery has no part in it.
final class Replayer implements ReplaySource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Replayer.class);

  /// Of those that are read for, and wait to be.
  static final int MOST = 16_384;

  /// How long one waits for a scan, less than an SDK waits for anything.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /// How often it is looked who has waited for too long.
  private static final Duration LOOK = Duration.ofMillis(500);

  /// Who failed comes back at once, and would find no other.
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  /// Gives a consumer without an assignment.
  interface Consumers {
    Consumer<byte[], byte[]> open(int scan, Isolation isolation);
  }

  private final Consumers consumers;
  private final Function<TopicBinding, TopicTail> topics;
  private final TopicIdentity identity;
  private final BridgeMetrics metrics;
  private final Semaphore keeping = new Semaphore(ReplaySettings.KEPT);
  private final List<Thread> threads = new ArrayList<>();
  private final List<ReplayScan> scans = new CopyOnWriteArrayList<>();

  // under the monitor
  private final Map<TailedPartition, List<ReplayMember>> waiting = new LinkedHashMap<>();
  private int members;
  private boolean closing;

  Replayer(
      ReplaySettings settings,
      Consumers consumers,
      Function<TopicBinding, TopicTail> topics,
      TopicIdentity identity,
      BridgeMetrics metrics) {
    this.consumers = consumers;
    this.topics = topics;
    this.identity = identity;
    this.metrics = metrics;
    for (int i = 0; i < settings.scans(); i++) {
      int scan = i;
      threads.add(
          Thread.ofPlatform().name("sluice-replay-" + i).daemon().unstarted(() -> run(scan)));
    }
    threads.add(Thread.ofPlatform().name("sluice-replay-watch").daemon().unstarted(this::watch));
    metrics.replaying(this::members);
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private synchronized int members() {
    return members;
  }

  @Override
  public synchronized boolean hasRoom() {
    return members < MOST;
  }

  @Override
  public synchronized Optional<Replay> begin(
      TailedPartition partition, Window window, Set<String> keys, long from, Runnable progress) {
    if (closing || !hasRoom()) {
      return Optional.empty();
    }
    members++;
    ReplayMember member =
        new ReplayMember(partition, window, keys, from, progress, this::left, keeping);
    waiting.computeIfAbsent(partition, _ -> new ArrayList<>()).add(member);
    notifyAll();
    return Optional.of(member);
  }

  private synchronized void left() {
    members--;
  }

  private void run(int scan) {
    try (ReplayScan scanning =
        new ReplayScan(
            isolation -> consumers.open(scan, isolation),
            this::join,
            this::othersWait,
            identity,
            metrics)) {
      scans.add(scanning);
      for (List<ReplayMember> next = take(); !next.isEmpty(); next = take()) {
        TailedPartition partition = next.getFirst().partition;
        if (!scanning.run(partition, topics.apply(partition.binding()), next)) {
          Thread.sleep(AFTER_A_FAILURE);
        }
      }
    } catch (InterruptedException | InterruptException _) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  /// Beside the scans, of which each may hang.
  private void watch() {
    try {
      while (true) {
        Thread.sleep(LOOK);
        tire();
        scans.forEach(ReplayScan::failIfHung);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private synchronized boolean othersWait() {
    return !waiting.isEmpty();
  }

  /// All who wait for the partition that has been waited for longest; nobody when this closes.
  private synchronized List<ReplayMember> take() throws InterruptedException {
    while (waiting.isEmpty() && !closing) {
      wait();
    }
    if (closing) {
      return List.of();
    }
    Iterator<List<ReplayMember>> oldest = waiting.values().iterator();
    List<ReplayMember> next = oldest.next();
    oldest.remove();
    return next;
  }

  /// Those that a scan which has come to this offset can still serve.
  private List<ReplayMember> join(TailedPartition partition, long at) {
    return leave(member -> member.partition == partition && member.from >= at);
  }

  /// Those who have waited for too long wait no longer.
  private void tire() {
    long now = System.nanoTime();
    leave(member -> now - member.begun > PATIENCE.toNanos())
        .forEach(member -> member.fail(Replay.Fault.BUSY));
  }

  /// Takes some out of those who wait.
  private synchronized List<ReplayMember> leave(Predicate<ReplayMember> whom) {
    List<ReplayMember> left = new ArrayList<>();
    waiting
        .values()
        .removeIf(members -> {
          members.removeIf(member -> whom.test(member) && left.add(member));
          return members.isEmpty();
        });
    return left;
  }

  @Override
  public void close() {
    List<ReplayMember> left = new ArrayList<>();
    synchronized (this) {
      closing = true;
      waiting.values().forEach(left::addAll);
      waiting.clear();
      notifyAll();
    }
    left.forEach(member -> member.fail(Replay.Fault.UNANSWERED));
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        if (thread.isAlive() && !thread.join(Duration.ofSeconds(5))) {
          log.warn("a scan does not end thread={}", thread.getName());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
