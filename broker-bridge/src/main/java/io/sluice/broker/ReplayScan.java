package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scans one partition after another, from the lowest position that is waited for to the window.
/// What it reads goes to everyone it reads for before it reads on, so it never holds more than one
/// stretch; who takes too long is left behind and begins anew. Confined to its thread but for
/// [#failIfHung].
final class ReplayScan implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplayScan.class);

  private static final Duration POLL = Duration.ofMillis(200);

  /// Kafka has answered nothing for so long.
  private static final Duration UNANSWERED = Duration.ofSeconds(3);

  /// Its thread has come to nothing for so long, which is more than what it waits for by itself: it
  /// hangs, as where names are looked up.
  static final Duration HUNG = UNANSWERED.plusSeconds(2);

  /// How long all wait for the slowest.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// Who waits for a partition and lies at or above an offset.
  interface Joining {
    List<ReplayMember> join(TailedPartition partition, long at);
  }

  private final Function<Isolation, Consumer<byte[], byte[]>> consumers;
  private final Joining joining;
  private final BooleanSupplier othersWait;
  private final TopicIdentity identity;
  private final BridgeMetrics metrics;
  private final Map<Isolation, Consumer<byte[], byte[]>> open = new EnumMap<>(Isolation.class);

  /// For whom it reads, for other threads.
  private volatile List<ReplayMember> reading = List.of();

  private volatile long answered;

  ReplayScan(
      Function<Isolation, Consumer<byte[], byte[]>> consumers,
      Joining joining,
      BooleanSupplier othersWait,
      TopicIdentity identity,
      BridgeMetrics metrics) {
    this.consumers = consumers;
    this.joining = joining;
    this.othersWait = othersWait;
    this.identity = identity;
    this.metrics = metrics;
  }

  /// Reads until nobody is left to read for, or others have waited for their turn.
  ///
  /// @param first all of this partition, at least one
  /// @return whether nothing went wrong
  boolean run(TailedPartition partition, TopicTail topic, List<ReplayMember> first)
      throws InterruptedException {
    List<ReplayMember> members = new ArrayList<>(first);
    answered = System.nanoTime();
    reading = List.copyOf(members);
    Isolation isolation = partition.binding().isolation();
    metrics.replayScan();
    try {
      scan(consumer(isolation), partition, topic, members);
      return true;
    } catch (InvalidOffsetException e) {
      log.info("a replay's past has left the log partition={} cause={}", partition, e.toString());
      members.forEach(member -> member.fail(Replay.Fault.GONE));
      return true;
    } catch (InterruptedException e) {
      members.forEach(member -> member.fail(Replay.Fault.UNANSWERED));
      throw e;
    } catch (InterruptException e) {
      members.forEach(member -> member.fail(Replay.Fault.UNANSWERED));
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      log.warn("a replay failed partition={} members={}", partition, members.size(), e);
      metrics.replayFailed(e);
      members.forEach(member -> member.fail(Replay.Fault.UNANSWERED));
      closeConsumer(isolation);
      return false;
    } finally {
      reading = List.of();
    }
  }

  /// Those who wait for a thread that hangs wait no longer. Any thread, now and then.
  void failIfHung() {
    List<ReplayMember> waiting = reading;
    if (System.nanoTime() - answered > HUNG.toNanos()) {
      waiting.forEach(member -> member.fail(Replay.Fault.UNANSWERED));
    }
  }

  private Consumer<byte[], byte[]> consumer(Isolation isolation) {
    if (open.get(isolation) instanceof ClockedConsumer idle && idle.isStale()) {
      closeConsumer(isolation);
    }
    return open.computeIfAbsent(isolation, consumers);
  }

  private void scan(
      Consumer<byte[], byte[]> consumer,
      TailedPartition partition,
      TopicTail topic,
      List<ReplayMember> members)
      throws InterruptedException {
    TopicPartition tp = partition.topicPartition();
    long at = members.stream().mapToLong(member -> member.from).min().orElseThrow();
    long given = at;
    answered = System.nanoTime();
    consumer.assign(List.of(tp));
    consumer.seek(tp, at);
    Window window = partition.window();
    long turn = window.floor();
    Set<String> keys = keys(members);
    while (true) {
      if (at >= turn && othersWait.getAsBoolean()) {
        members.forEach(ReplayMember::dismiss); // the window runs before those that are left
        return;
      }
      boolean more = members.addAll(joining.join(partition, at));
      boolean fewer = members.removeIf(ReplayMember::gone);
      if (members.isEmpty()) {
        return;
      }
      if (more || fewer) {
        reading = List.copyOf(members);
        keys = keys(members);
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      OffsetAndMetadata next = records.nextOffsets().get(tp);
      if (next == null) {
        if (System.nanoTime() - answered > UNANSWERED.toNanos()) {
          members.forEach(member -> member.fail(Replay.Fault.UNANSWERED));
          return;
        }
        continue;
      }
      long now = System.nanoTime();
      Duration took = Duration.ofNanos(now - answered);
      answered = now;
      at = next.offset();
      count(records, took);
      Window stretch = stretch(window, topic, records.records(tp), keys, given, at);
      // asked after the records had come, so they are of that topic
      boolean same = identity.isStill(topic, window.identity().topic());
      if (!same || partition.window() != window) {
        members.forEach(member -> member.fail(Replay.Fault.GONE));
        return;
      }
      members.removeIf(ReplayScan::isOfAnotherWindow);
      if (!members.isEmpty() && (stretch.channelCount() > 0 || at >= window.floor())) {
        given = at;
        hand(stretch, members);
      }
    }
  }

  /// Whoever's position was judged by another window is told that it is void.
  private static boolean isOfAnotherWindow(ReplayMember member) {
    boolean other = member.window != member.partition.window();
    if (other) {
      member.fail(Replay.Fault.GONE);
    }
    return other;
  }

  private static Set<String> keys(List<ReplayMember> members) {
    Set<String> keys = new HashSet<>();
    members.forEach(member -> keys.addAll(member.keys));
    return keys;
  }

  private void count(ConsumerRecords<byte[], byte[]> records, Duration took) {
    long bytes = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      bytes += Math.max(0, record.serializedValueSize());
    }
    metrics.replayRead(records.count(), bytes, took);
  }

  private Window stretch(
      Window window,
      TopicTail topic,
      List<ConsumerRecord<byte[], byte[]>> records,
      Set<String> keys,
      long from,
      long to) {
    Window stretch = window.stretch(from);
    WindowWriter writer = stretch.takeOver();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      channel(topic.router().route(record, topic.count()))
          .filter(keys::contains)
          .ifPresent(key -> {
            var _ = RecordSorter.write(writer, key, record, () -> {}); // counted when first read
          });
    }
    writer.publish(to);
    return stretch;
  }

  /// What belongs nowhere became a dead letter when it was first read.
  private static Optional<String> channel(Route route) {
    return switch (route) {
      case Route.Deliver(String key) -> Optional.of(key);
      case Route.Keyless(String key) -> Optional.of(key);
      case Route.Tombstone(String key) -> Optional.of(key);
      case Route.Dead _ -> Optional.empty();
    };
  }

  /// Gives a stretch to all whom it brings on, and waits until they have taken it.
  private void hand(Window stretch, List<ReplayMember> members) throws InterruptedException {
    boolean met = stretch.tail() >= members.getFirst().partition.window().floor();
    List<ReplayMember> takers =
        members.stream()
            .filter(member -> member.from < stretch.tail() && (met || member.wants(stretch)))
            .toList();
    CountDownLatch latch = new CountDownLatch(takers.size());
    takers.forEach(member -> member.give(stretch, latch));
    if (!latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      for (ReplayMember member : takers) {
        if (member.leaveBehind()) {
          members.remove(member);
          metrics.replayLate();
        }
      }
    }
  }

  private void closeConsumer(Isolation isolation) {
    Consumer<byte[], byte[]> consumer = open.remove(isolation);
    if (consumer != null) {
      try {
        consumer.close();
      } catch (KafkaException e) {
        log.warn("a scan's consumer did not close", e);
      }
    }
  }

  @Override
  public void close() {
    List.copyOf(open.keySet()).forEach(this::closeConsumer);
  }
}
