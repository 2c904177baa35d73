package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// A log that is truncated, on Kafka's own `MockConsumer`: what is known of newest values then.
final class RereadingTest {
  private static final TopicPartition TP = new TopicPartition("t", 0);
  private static final int DIVERGENCE = 3;
  private static final Lineage CUT = Lineage.of(List.of(new Cut(2, DIVERGENCE)));

  private final BridgeMetrics metrics = new BridgeMetrics(new SimpleMeterRegistry());
  private final Breaks breaks =
      new Breaks(
          ByteSize.mib(4),
          new LastValuesShare(ByteSize.mib(1), metrics),
          _ -> (_, _, _, _, _, _) -> {});
  private final List<ConsumerRecord<byte[], byte[]>> log = new CopyOnWriteArrayList<>();
  private final AtomicBoolean truncated = new AtomicBoolean();

  private static TopicBinding binding(Mode mode) {
    TopicBinding plain = TopicBinding.of("default", "t");
    return new TopicBinding(
        plain.namespace(),
        plain.topic(),
        plain.key(),
        plain.partitioner(),
        plain.payload(),
        plain.keyless(),
        plain.tombstones(),
        mode,
        /* lastValue= */ true,
        plain.isolation());
  }

  private void store(String key, String value) {
    log.add(new ConsumerRecord<>("t", 0, log.size(), bytes(key), bytes(value)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private TailedPartition tailed(TopicBinding binding) {
    Breaks.Log whole = new Breaks.Log(Uuid.ZERO_UUID, 0, 1, Lineage.WHOLE);
    Window window = breaks.first(binding, whole, 0, Leaderships.NONE);
    return new TailedPartition(0, binding, 0, window, 0);
  }

  private Window read(Mode mode) {
    Window window = tailed(binding(mode)).window();
    assertThat(window.takeOver().publish(DIVERGENCE + 2)).isTrue();
    return window;
  }

  private Tailer tailer(TailListener listener) {
    RenewingProducer producer =
        new RenewingProducer(
            "chores",
            () ->
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer()),
            metrics);
    return new Tailer(
        "test",
        this::consumer,
        new RecordSorter(
            new DeadLetters("dead", producer, _ -> false, (_, _, _) -> true, metrics),
            metrics,
            (_, _) -> {}),
        (_, _) -> true,
        new Truncations(
            new LedgerBook(),
            _ -> CompletableFuture.completedFuture(new LogEnd(0, 2)),
            Duration.ofSeconds(1),
            metrics),
        breaks,
        listener,
        metrics);
  }

  private Consumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.schedulePollTask(() -> serve(consumer));
    return consumer;
  }

  private void serve(MockConsumer<byte[], byte[]> consumer) {
    consumer.schedulePollTask(() -> serve(consumer));
    LockSupport.parkNanos(1_000_000); // a broker takes a moment too
    consumer.updateBeginningOffsets(Map.of(TP, 0L));
    if (truncated.compareAndSet(true, false)) {
      consumer.setPollException(
          new LogTruncationException(
              Map.of(TP, consumer.position(TP)),
              Map.of(TP, new OffsetAndMetadata(DIVERGENCE, Optional.of(1), ""))));
      return;
    }
    long position = consumer.position(TP);
    log.stream().filter(record -> record.offset() >= position).forEach(consumer::addRecord);
  }

  @Test
  void inModeStateTheLogIsReadFromItsStartSoThatEveryValueIsKnownAgain() {
    List<Window> replaced = new CopyOnWriteArrayList<>();
    for (String key : List.of("a", "b", "a", "c", "d")) {
      store(key, "1");
    }
    TailedPartition partition = tailed(binding(Mode.STATE));
    TopicTail topic =
        new TopicTail(
            partition.binding(),
            new RecordRouter(partition.binding(), 255),
            Uuid.ZERO_UUID,
            List.of(partition));
    try (Tailer tailer = tailer(new Replaced(replaced))) {
      tailer.tail(List.of(topic));
      tailer.start();
      await().until(() -> partition.window().tail() == 5);

      log.removeLast();
      log.removeLast();
      store("c", "2"); // in the place of what was there
      truncated.set(true);
      await().until(() -> replaced.size() == 1 && partition.window().tail() == 4);

      Window window = partition.window();
      assertThat(window.floor()).isZero();
      assertThat(window.epoch()).isNotEqualTo(replaced.getFirst().epoch());
      assertThat(window.newest("b")).isInstanceOf(Newest.Value.class);
      assertThat(window.newest("c").found().flatMap(Publication::data)).contains(bytes("2"));
      assertThat(window.newest("d")).as("gone with what was cut off").isEqualTo(new Newest.None(0));
      assertThat(partition.caughtUp()).as("a node is not unready for that").isTrue();
    }
  }

  private record Replaced(List<Window> windows) implements TailListener {
    @Override
    public void appended(TailedPartition partition, Window window, long from, long to) {}

    @Override
    public void replaced(TailedPartition partition, Window old) {
      windows.add(old);
    }

    @Override
    public void repartitioned(TopicBinding binding, int before, int now) {}
  }

  @Test
  void untilItIsReadAgainNothingIsCertain() {
    Window cut = breaks.truncated(read(Mode.STATE), CUT, Leaderships.NONE, 0);
    Window again = breaks.rereading(cut, 0);
    assertThat(again.identity()).isEqualTo(cut.identity());
    WindowWriter writer = again.takeOver();
    for (int offset = 0; offset < DIVERGENCE; offset++) {
      assertThat(again.newest("a")).isInstanceOf(Newest.Unknown.class);
      writer.append("a", offset, 0, new byte[0], bytes("1"));
      writer.publish(offset + 1);
    }
    assertThat(again.newest("a")).isInstanceOf(Newest.Value.class);
    assertThat(again.newest("b")).isInstanceOf(Newest.None.class);
  }

  /// Who subscribes there hears what comes; what was before is found only as far as it was read.
  @Test
  void inModeLogReadingGoesOnWhereTheLogWasCutOffAndTheRestIsUnknown() {
    Window cut = breaks.truncated(read(Mode.LOG), CUT, Leaderships.NONE, 0);
    assertThat(cut.floor()).isEqualTo(DIVERGENCE);
    assertThat(cut.newest("a")).isInstanceOf(Newest.Unknown.class);
  }

  @Test
  void aLogThatLostItsBeginningIsReadFromWhereItStartsNow() {
    Window old = tailed(binding(Mode.STATE)).window();
    Window next = breaks.overtaken(old, 50);
    assertThat(next.identity()).isEqualTo(old.identity());
    assertThat(next.newest("a")).isEqualTo(new Newest.None(50));
  }
}
