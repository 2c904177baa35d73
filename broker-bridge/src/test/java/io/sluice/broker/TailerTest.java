package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a real broker does too seldom, on Kafka's own `MockConsumer`.
final class TailerTest {
  private record Told(String topic, long from, long to) {}

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(meters);
  private final List<ConsumerRecord<byte[], byte[]>> log = new CopyOnWriteArrayList<>();
  private final Set<String> denied = ConcurrentHashMap.newKeySet();

  /// Topics that are others by now.
  private final Set<String> anew = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean unknown = new AtomicBoolean();
  private final AtomicInteger consumers = new AtomicInteger();
  private final LedgerBook book = new LedgerBook();
  private final Lineages lineages =
      new Truncations(
          book,
          _ -> CompletableFuture.completedFuture(new LogEnd(0, 7)),
          Duration.ofSeconds(1),
          metrics);
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private volatile Runnable onAppend = () -> {};
  private volatile Runnable onPoll = () -> {};
  private final List<Window> replaced = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable it : toClose.reversed()) {
      it.close();
    }
  }

  @Test
  void whatWasAppendedBeforeAFailureIsToldWithWhatComesAfterIt() {
    TopicTail topic = topic("a", 2);
    String key = key(0);
    store("a", 0, 0, key);
    store("a", 0, 1, key(1)); // misplaced
    store("a", 0, 2, key);
    AtomicBoolean failed = new AtomicBoolean();
    var _ =
        tail(
            (_, _) -> {
              if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("a fault of ours, in the middle of a batch");
              }
            },
            topic);

    Window window = topic.partition(0).window();
    await().until(() -> window.tail() == 3);
    assertThat(window.channel(key, 0, 3, 10)).containsExactly(0, 2);
    await().until(() -> told.equals(List.of(new Told("a", 0, 3))));
  }

  @Test
  void aPartitionWhoseRecordsMakeUsFailDoesNotStopTheOthers() {
    TopicTail faulty = topic("a", 2);
    TopicTail other = topic("b", 1);
    store("a", 0, 0, key(1)); // misplaced
    store("a", 1, 0, key(1));
    store("b", 0, 0, "k");
    var _ =
        tail(
            (_, _) -> {
              throw new IllegalStateException("a fault of ours, every time");
            },
            faulty,
            other);

    await().until(() -> other.partition(0).window().tail() == 1);
    await().until(() -> faulty.partition(1).window().tail() == 1);
    await().until(() -> rests("a", "IllegalStateException") >= 2); // it is tried again
    assertThat(faulty.partition(0).window().tail()).isZero();
    assertThat(consumers).hasValue(1);
  }

  @Test
  void aTopicThatMayNotBeReadDoesNotStopTheOthersAndGoesOnWhenItMayBeReadAgain() {
    TopicTail refused = topic("a", 2);
    TopicTail other = topic("b", 1);
    denied.add("a");
    store("a", 0, 0, key(0));
    store("b", 0, 0, "k");
    var _ = tail((_, _) -> {}, refused, other);

    await().until(() -> other.partition(0).window().tail() == 1);
    assertThat(refused.partition(0).window().tail()).isZero();
    assertThat(rests("a", "TopicAuthorizationException")).isPositive();
    assertThat(rests("b", "TopicAuthorizationException")).isZero();
    denied.clear();
    await().until(() -> refused.partition(0).window().tail() == 1);
    assertThat(consumers).hasValue(1);
  }

  @Test
  void aTailerWhosePartitionsAllRestWaitsForThem() {
    TopicTail only = topic("a", 1);
    denied.add("a");
    store("a", 0, 0, "k");
    var _ = tail((_, _) -> {}, only);

    await().until(() -> rests("a", "TopicAuthorizationException") >= 2);
    denied.clear();
    await().until(() -> only.partition(0).window().tail() == 1);
    assertThat(consumers).hasValue(1);
  }

  /// The consumer says nothing of it: it reads on at an offset that means something else there.
  @Test
  void nothingIsTakenOfATopicThatWasMadeAnewAndTheOthersGoOn() {
    TopicTail another = topic("a", 1);
    TopicTail other = topic("b", 1);
    anew.add("a");
    store("a", 0, 0, "k");
    store("b", 0, 0, "k");
    var _ = tail((_, _) -> {}, another, other);

    await().until(() -> other.partition(0).window().tail() == 1);
    await().until(() -> rests("a", "KafkaException") > 1);
    assertThat(another.partition(0).window().tail()).isZero();
    anew.clear(); // as when a window of the new topic has taken its place
    await().until(() -> another.partition(0).window().tail() == 1);
    assertThat(consumers).hasValue(1);
  }

  /// Clients were told of offsets above the cut, wherever this node has come to.
  @Test
  void aTruncationThatAnotherNodeFoundMakesANewWindowBelowTheCut() {
    TopicTail above = topic("a", 1);
    TopicTail below = topic("b", 1);
    for (int i = 0; i < 10; i++) {
      store("a", 0, i, "k");
    }
    store("b", 0, 0, "k");
    var _ = tail((_, _) -> {}, above, below);
    await().until(() -> above.partition(0).window().tail() == 10);
    await().until(() -> below.partition(0).window().tail() == 1);
    Window old = above.partition(0).window();
    Window untouched = below.partition(0).window();

    book.found(Uuid.ZERO_UUID, 0, new LogEntry(6, 3, 0, Lineage.of(List.of(new Cut(3, 6)))));
    await().until(() -> replaced.contains(old) && replaced.contains(untouched));
    Window fresh = above.partition(0).window();
    assertThat(fresh.floor()).isEqualTo(6);
    assertThat(fresh.identity().lineage()).isEqualTo(3);
    await().until(() -> fresh.tail() == 10);
    assertThat(below.partition(0).window().floor()).isEqualTo(1); // the topics have one id here
  }

  @Test
  void aTailerThatIsHeldUpDoesNotGoRoundAndOneWhosePollsFailDoes() throws Exception {
    TopicTail held = topic("a", 2);
    store("a", 0, 0, key(1)); // misplaced
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Pulse pulse =
        tail(
            (_, _) -> {
              entered.countDown();
              try {
                release.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            },
            held);
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
    long stood = pulse.turn().number();
    assertThat(pulse.turn().most()).isEqualTo(Tailer.TURN);
    denied.add("a");
    release.countDown();
    await().until(() -> rests("a", "TopicAuthorizationException") > 0);
    await().until(() -> held.partition(0).resting());
    assertThat(pulse.turn().number()).isGreaterThan(stood);
    long resting = pulse.turn().number();
    await().until(() -> pulse.turn().number() > resting + 3);
    denied.clear();
    await().until(() -> !held.partition(0).resting());
  }

  /// As when the brokers' names are not known while they are away.
  @Test
  void aTailerThatFindsNoConsumerGoesRound() {
    unknown.set(true);
    TopicTail topic = topic("a", 1);
    store("a", 0, 0, "k");
    Pulse pulse = tail((_, _) -> {}, topic);
    await().until(() -> pulse.turn().number() > 2);
    assertThat(pulse.turn().most()).isEqualTo(Tailer.KAFKA);
    unknown.set(false);
    await().until(() -> topic.partition(0).window().tail() == 1);
  }

  /// Kafka's client looks names up within the poll, for minutes when no name server answers. That
  /// is not known to be coming, so every poll may take so long; what is ours may not, before it and
  /// after it.
  @Test
  void aPollThatWaitsForTheNamesOfHostsMayTakeMinutesAndNoLonger() throws Exception {
    TopicTail topic = topic("a", 1);
    store("a", 0, 0, "k");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch read = new CountDownLatch(1);
    onAppend =
        () -> {
          reading.countDown();
          awaitUninterrupted(read);
        };
    Pulse pulse = tail((_, _) -> {}, topic);
    assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(pulse.turn().most()).isEqualTo(Tailer.TURN);

    CountDownLatch asking = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    onPoll =
        () -> {
          asking.countDown();
          awaitUninterrupted(answered);
        };
    toClose.add(answered::countDown); // nobody can close a consumer within a poll
    read.countDown();
    assertThat(asking.await(10, TimeUnit.SECONDS)).isTrue();
    long stood = pulse.turn().number();
    assertThat(pulse.turn().most()).isEqualTo(Tailer.KAFKA);
    assertThat(Tailer.KAFKA).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(10));
    // for as long as it hangs, and so it is found when that is over
    await().during(Duration.ofMillis(100)).until(() -> pulse.turn().number() == stood);
    onPoll = () -> {};
    answered.countDown();
    await().until(() -> pulse.turn().number() > stood + 3);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private double rests(String namespace, String cause) {
    return meters.counter("sluice.tailer.rests", "namespace", namespace, "cause", cause).count();
  }

  private static TopicTail topic(String name, int count) {
    TopicBinding binding = TopicBinding.of(name, name);
    List<TailedPartition> partitions = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      Window window =
          new Window(
              binding,
              new Epoch(Uuid.ZERO_UUID, p, count, 0),
              0,
              ByteSize.mib(4),
              (_, _, _, _, _, _) -> {});
      partitions.add(new TailedPartition(p, binding, p, window, 0));
    }
    return new TopicTail(binding, new RecordRouter(binding, 255), Uuid.ZERO_UUID, partitions);
  }

  /// A key that lies in this one of two partitions.
  private static String key(int partition) {
    for (int i = 0; ; i++) {
      if (Partitioner.MURMUR2.partition("k" + i, 2) == partition) {
        return "k" + i;
      }
    }
  }

  private void store(String topic, int partition, long offset, String key) {
    log.add(new ConsumerRecord<>(topic, partition, offset, bytes(key), bytes("1")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Pulse tail(RecordSorter.Refresh refresh, TopicTail... topics) {
    RenewingProducer producer =
        new RenewingProducer(
            "chores",
            () ->
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            metrics);
    DeadLetters deadLetters =
        new DeadLetters("dead", producer, _ -> false, (_, _, _) -> true, metrics);
    Tailer tailer =
        new Tailer(
            "test",
            this::consumer,
            new RecordSorter(deadLetters, metrics, refresh),
            (topic, _) -> !anew.contains(topic.binding().topic()),
            lineages,
            new Breaks(
                ByteSize.mib(4),
                new LastValuesShare(ByteSize.mib(1), metrics),
                _ -> (_, _, _, _, _, _) -> {}),
            new TailListener() {
              @Override
              public void appended(TailedPartition partition, Window window, long from, long to) {
                told.add(new Told(partition.binding().topic(), from, to));
                onAppend.run();
              }

              @Override
              public void replaced(TailedPartition partition, Window old) {
                replaced.add(old);
              }

              @Override
              public void repartitioned(TopicBinding binding, int before, int now) {}
            },
            metrics);
    tailer.tail(List.of(topics));
    tailer.start();
    toClose.add(tailer);
    return tailer.pulse();
  }

  private Consumer<byte[], byte[]> consumer() {
    if (unknown.get()) {
      throw new KafkaException("no such host");
    }
    consumers.incrementAndGet();
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.schedulePollTask(() -> serve(consumer));
    return consumer;
  }

  /// As a broker answers one poll: from where the consumer is, or with what it may not do.
  private void serve(MockConsumer<byte[], byte[]> consumer) {
    consumer.schedulePollTask(() -> serve(consumer));
    LockSupport.parkNanos(1_000_000); // a broker takes a moment too
    onPoll.run();
    for (TopicPartition tp : consumer.assignment()) {
      if (denied.contains(tp.topic())) {
        consumer.setPollException(new TopicAuthorizationException(Set.of(tp.topic())));
        return;
      }
    }
    consumer.assignment().forEach(tp -> consumer.updateEndOffsets(Map.of(tp, 10L)));
    Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    consumer.assignment().forEach(tp -> positions.put(tp, consumer.position(tp)));
    for (ConsumerRecord<byte[], byte[]> record : log) {
      TopicPartition tp = new TopicPartition(record.topic(), record.partition());
      if (record.offset() >= positions.getOrDefault(tp, Long.MAX_VALUE)) {
        consumer.addRecord(record);
      }
    }
  }
}
