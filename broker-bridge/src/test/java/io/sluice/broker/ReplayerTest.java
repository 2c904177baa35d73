package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.Replay.Fault;
import io.sluice.broker.Replay.Step;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Reads a real log below a window that begins at its end.
@Timeout(120)
final class ReplayerTest {
  private static final int RECORDS = 3_000;
  private static final int CHANNELS = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String topic = SharedKafka.freshTopic(1);
  private final TopicBinding binding = TopicBinding.of("default", topic);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(registry);
  private final AtomicBoolean same = new AtomicBoolean(true);
  private final TailedPartition partition = partition();
  private Replayer replayer = replayer((scan, isolation) -> consumer(isolation));

  private static KafkaConsumer<byte[], byte[]> consumer(Isolation isolation) {
    return new KafkaConsumer<>(SharedKafka.clients("test").replay(0, isolation));
  }

  private Replayer replayer(Replayer.Consumers consumers) {
    TopicTail tail =
        new TopicTail(binding, new RecordRouter(binding, 255), Uuid.ZERO_UUID, List.of(partition));
    Replayer made =
        new Replayer(new ReplaySettings(1), consumers, _ -> tail, (_, _) -> same.get(), metrics);
    made.start();
    return made;
  }

  /// Every record is of 400 bytes, so that it takes several fetches.
  private TailedPartition partition() {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      String value = "{\"n\":%d,\"filling\":\"%s\"}".formatted(i, "x".repeat(1_000));
      records.add(new ProducerRecord<>(topic, bytes("k" + i % CHANNELS), bytes(value)));
    }
    SharedKafka.produce(records);
    Window window =
        new Window(
            binding,
            new Epoch(Uuid.ZERO_UUID, 0, 1, 0),
            RECORDS,
            ByteSize.mib(1),
            (_, _, _, _, _, _) -> {});
    return new TailedPartition(0, binding, 0, window, RECORDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @AfterEach
  void close() {
    replayer.close();
  }

  /// Takes everything, as a loop would, on this thread. A scan waits a second for it: where this
  /// thread took longer it begins anew.
  private final class Reader {
    private final String key;
    private final List<Long> offsets = new ArrayList<>();
    private Replay replay;
    private long next;
    private int anew;
    private Step last = new Step.Wait();

    Reader(String key, long from) {
      this.key = key;
      this.next = from;
      this.replay = begin();
    }

    private Replay begin() {
      return replayer
          .begin(partition, partition.window(), Set.of(key), next, () -> {})
          .orElseThrow();
    }

    boolean isThrough() {
      return next >= RECORDS;
    }

    /// @return whether there was something to do
    boolean step() {
      if (!take()) {
        return false;
      }
      replay.done();
      if (isThrough()) {
        replay.close();
      }
      return true;
    }

    /// @return whether there was something, of which nobody was told that it is done
    boolean take() {
      last = replay.next();
      if (last instanceof Step.Late) {
        replay.close();
        anew++;
        replay = begin();
      }
      if (!(last instanceof Step.Take(Window stretch))) {
        return false;
      }
      for (long offset : stretch.channel(key, next, stretch.tail(), RECORDS)) {
        assertThat(stretch.at(offset)).isPresent();
        offsets.add(offset);
      }
      next = Math.max(next, stretch.tail());
      return true;
    }

    void readAll() {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> step() && isThrough());
    }
  }

  private static List<Long> offsets(int channel, long from) {
    List<Long> all = new ArrayList<>();
    for (long offset = channel; offset < RECORDS; offset += CHANNELS) {
      if (offset >= from) {
        all.add(offset);
      }
    }
    return all;
  }

  private double members() {
    return registry.get("sluice.replay.readers").gauge().value();
  }

  @Test
  void whatIsMissedComesInOrderUpToTheWindow() {
    Reader reader = new Reader("k3", 500);
    reader.readAll();
    assertThat(reader.offsets).isEqualTo(offsets(3, 500));
    assertThat(members()).isZero();
    double records = registry.get("sluice.replay.records").counter().count();
    assertThat(records).isGreaterThanOrEqualTo(RECORDS - 500.0);
    if (reader.anew == 0) {
      assertThat(records).isEqualTo(RECORDS - 500.0);
    }
    assertThat(registry.get("sluice.replay.seconds").counter().count())
        .isBetween(0.000_1, (double) PATIENCE.toSeconds());
  }

  @Test
  void allWhoWaitAreServedByOneScan() {
    Reader[] readers = new Reader[CHANNELS];
    Reader first = new Reader("k0", 0);
    for (int i = 0; i < CHANNELS; i++) {
      readers[i] = new Reader("k" + i, 1_000 + i);
    }
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          if (!first.isThrough()) {
            first.step();
          }
          boolean all = first.isThrough();
          for (Reader reader : readers) {
            if (!reader.isThrough()) {
              reader.step();
            }
            all &= reader.isThrough();
          }
          return all;
        });
    assertThat(first.offsets).isEqualTo(offsets(0, 0));
    int anew = first.anew;
    for (int i = 0; i < CHANNELS; i++) {
      assertThat(readers[i].offsets).isEqualTo(offsets(i, 1_000 + i));
      anew += readers[i].anew;
    }
    assertThat(registry.get("sluice.replay.scans").counter().count()).isLessThanOrEqualTo(2 + anew);
    assertThat(members()).isZero();
  }

  @Test
  void whoTakesNothingIsLeftBehindAndTheOthersGoOn() {
    Reader stuck = new Reader("k1", 0);
    Reader reader = new Reader("k2", 0);
    reader.readAll();
    assertThat(reader.offsets).isEqualTo(offsets(2, 0));
    assertThat(stuck.replay.next()).isInstanceOf(Step.Late.class);
    stuck.replay.close();
    Reader again = new Reader("k1", 0);
    again.readAll();
    assertThat(again.offsets).isEqualTo(offsets(1, 0));
    assertThat(members()).isZero();
  }

  /// A client without room keeps what it was given, and the scan waits for it no more.
  @Test
  void whoHasNoRoomMakesWayAndKeepsItsStretch() {
    List<Reader> tries = new ArrayList<>();
    assertThat(keepsItsFirst(tries)).isTrue();
    Reader slow = tries.getLast();
    Reader reader = new Reader("k2", 0);
    reader.readAll();
    assertThat(reader.offsets).isEqualTo(offsets(2, 0));
    int late = tries.size() - 1 + reader.anew;
    assertThat(registry.get("sluice.replay.late").counter().count()).isLessThanOrEqualTo(late);

    assertThat(slow.step()).isTrue();
    assertThat(slow.offsets).isNotEmpty().isEqualTo(offsets(1, 0).subList(0, slow.offsets.size()));
    assertThat(slow.replay.next()).isInstanceOf(Step.Late.class);
    tries.forEach(it -> it.replay.close());
    assertThat(members()).isZero();
  }

  @Test
  void onlyAFewMayKeepWhatTheyWereGiven() {
    List<Reader> all = new ArrayList<>();
    for (int i = 0; i < ReplaySettings.KEPT; i++) {
      assertThat(keepsItsFirst(all)).isTrue();
    }
    assertThat(keepsItsFirst(all)).isFalse();
    all.forEach(it -> it.replay.close());
    assertThat(keepsItsFirst(all)).isTrue();
    all.forEach(it -> it.replay.close());
    assertThat(members()).isZero();
  }

  /// Whether one more reader may keep what it was given. A scan waits a second for an answer: where
  /// this thread took longer another is asked.
  private boolean keepsItsFirst(List<Reader> all) {
    while (true) {
      Reader reader = new Reader("k1", 0);
      all.add(reader);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> !(reader.replay.next() instanceof Step.Wait));
      if (reader.replay.keep()) {
        return true;
      }
      if (reader.replay.next() instanceof Step.Take) {
        return false;
      }
      assertThat(reader.replay.next()).isInstanceOf(Step.Late.class);
    }
  }

  /// For another partition.
  private Replay beginAtNeighbour() {
    Window other =
        new Window(
            binding,
            new Epoch(Uuid.ZERO_UUID, 0, 1, 0),
            RECORDS,
            ByteSize.mib(1),
            (_, _, _, _, _, _) -> {});
    TailedPartition neighbour = new TailedPartition(1, binding, 0, other, RECORDS);
    return replayer.begin(neighbour, other, Set.of("k2"), 0, () -> {}).orElseThrow();
  }

  /// A reader that the log outruns does not hold the thread for ever.
  @Test
  void whenOthersWaitAScanThatCameToTheWindowEnds() {
    Reader forever = new Reader("k1", 0);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          if (forever.take() && !forever.isThrough()) { // it does not leave
            forever.replay.done();
          }
          return forever.isThrough();
        });
    Replay waiting = beginAtNeighbour();
    forever.replay.done();
    await().atMost(PATIENCE).until(() -> forever.replay.next() instanceof Step.Late);
    forever.replay.close();
    await().atMost(PATIENCE).until(() -> waiting.next() instanceof Step.Take);
    waiting.close();
  }

  /// As where names are looked up and nobody says anything: neither the one that it reads for nor
  /// the one that waits for its turn is left waiting.
  @Test
  void whileTheScansThreadHangsEverybodyIsTold() {
    replayer.close();
    CountDownLatch hangs = new CountDownLatch(1);
    replayer =
        replayer((scan, isolation) -> {
          try {
            hangs.await();
          } catch (InterruptedException e) {
            throw new InterruptException(e);
          }
          return consumer(isolation);
        });
    Reader readFor = new Reader("k1", 0);
    Replay waits = beginAtNeighbour();
    await().atMost(PATIENCE).until(() -> waits.next().equals(new Step.Failed(Fault.BUSY)));
    await()
        .atMost(PATIENCE)
        .until(() -> readFor.replay.next().equals(new Step.Failed(Fault.UNANSWERED)));
    waits.close();
    readFor.replay.close();
    assertThat(members()).isZero();

    hangs.countDown();
    Reader next = new Reader("k3", 0);
    next.readAll();
    assertThat(next.offsets).isEqualTo(offsets(3, 0));
  }

  private void assertFails(Reader reader, Fault why) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          reader.step();
          return reader.last.equals(new Step.Failed(why));
        });
    reader.replay.close();
    assertThat(members()).isZero();
  }

  @Test
  void whatTheLogNoLongerHasIsGone() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(1_000)))
          .all()
          .get();
    }
    assertFails(new Reader("k1", 999), Fault.GONE);
    Reader above = new Reader("k1", 1_000);
    above.readAll();
    assertThat(above.offsets).isEqualTo(offsets(1, 1_000));
  }

  /// Nothing of a topic that took the other's place is given.
  @Test
  void aTopicThatIsAnotherByNowGivesNothing() {
    same.set(false);
    Reader reader = new Reader("k1", 0);
    assertFails(reader, Fault.GONE);
    assertThat(reader.offsets).isEmpty();
  }

  /// The log has become another since the position was judged.
  @Test
  void whoseWindowWasReplacedIsGivenNothing() {
    Window judged = partition.window();
    Window fresh =
        new Window(
            binding,
            new Epoch(Uuid.ZERO_UUID, 0, 1, 1),
            RECORDS,
            ByteSize.mib(1),
            (_, _, _, _, _, _) -> {});
    partition.replaceWindow(fresh);
    Replay stale = replayer.begin(partition, judged, Set.of("k1"), 0, () -> {}).orElseThrow();
    await().atMost(PATIENCE).until(() -> stale.next().equals(new Step.Failed(Fault.GONE)));
    stale.close();
    Reader reader = new Reader("k1", 0);
    reader.readAll();
    assertThat(reader.offsets).isEqualTo(offsets(1, 0));
  }

  @Test
  void whereKafkaCannotBeReadItIsSaidAndTriedAnewForTheNext() {
    replayer.close();
    AtomicBoolean fails = new AtomicBoolean(true);
    replayer =
        replayer((_, isolation) -> {
          if (fails.get()) {
            throw new KafkaException("as the test wants it");
          }
          return consumer(isolation);
        });
    Reader failing = new Reader("k1", 0);
    await()
        .atMost(PATIENCE)
        .until(() -> failing.replay.next().equals(new Step.Failed(Fault.UNANSWERED)));
    failing.replay.close();
    fails.set(false);
    Reader reader = new Reader("k1", 0);
    reader.readAll();
    assertThat(reader.offsets).isEqualTo(offsets(1, 0));
  }

  @Test
  void whoWaitsWhenItClosesIsTold() {
    Reader reader = new Reader("k1", 0);
    replayer.close();
    await()
        .atMost(PATIENCE)
        .until(() ->
            reader.replay.next() instanceof Step.Failed
                || reader.replay.next() instanceof Step.Late);
    assertThat(begin(0)).isEmpty();
  }

  private Optional<Replay> begin(long from) {
    return replayer.begin(partition, partition.window(), Set.of("k1"), from, () -> {});
  }

  @Test
  void moreThanMayAreRefused() {
    List<Replay> all = new ArrayList<>();
    while (replayer.hasRoom()) {
      all.add(begin(RECORDS - 1).orElseThrow());
    }
    assertThat(all).hasSize(Replayer.MOST);
    assertThat(begin(0)).isEmpty();
    all.forEach(Replay::close);
    assertThat(members()).isZero();
  }
}
