package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class TopicWatchTest {
  private static final TopicBinding BINDING = TopicBinding.of("default", "t");
  private static final Breaks BREAKS =
      new Breaks(
          ByteSize.mib(4),
          new LastValuesShare(ByteSize.mib(1), new BridgeMetrics(new SimpleMeterRegistry())),
          _ -> (_, _, _, _, _, _) -> {});

  private final List<Integer> counts = new ArrayList<>();
  private final List<Window> replaced = new ArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();
  private final TopicTail tail = topic();

  private static TopicTail topic() {
    Window window =
        BREAKS.first(
            BINDING, new Breaks.Log(Uuid.ZERO_UUID, 0, 1, Lineage.WHOLE), 0, Leaderships.NONE);
    return new TopicTail(
        BINDING,
        new RecordRouter(BINDING, 255),
        Uuid.ZERO_UUID,
        List.of(new TailedPartition(0, BINDING, 0, window, 0)));
  }

  private TopicWatch watch(TopicWatch.Describe describe) {
    TailListener listener =
        new TailListener() {
          @Override
          public void appended(TailedPartition partition, Window window, long from, long to) {}

          @Override
          public void replaced(TailedPartition partition, Window old) {
            replaced.add(old);
          }

          @Override
          public void repartitioned(TopicBinding binding, int before, int now) {
            counts.add(now);
          }
        };
    return new TopicWatch(
        binding -> {
          looks.incrementAndGet();
          return describe.topic(binding);
        },
        BREAKS,
        listener,
        new AtomicInteger(1),
        () -> {},
        () -> {});
  }

  private static CompletableFuture<Optional<TopicState>> is(Uuid id, int partitions) {
    return CompletableFuture.completedFuture(Optional.of(new TopicState(BINDING, id, partitions)));
  }

  @Test
  void aLookFromBeforeTheRecordsCameDoesNotSpeakForTheTopicAsItIsNow() {
    AtomicInteger count = new AtomicInteger(1);
    TopicWatch watch = watch(_ -> is(Uuid.ZERO_UUID, count.get()));
    watch.lookFor(tail, System.nanoTime());
    assertThat(tail.count()).isEqualTo(1);

    count.set(4); // a moment after the look
    watch.lookFor(tail, System.nanoTime());
    assertThat(tail.count()).isEqualTo(4);
    assertThat(counts).containsExactly(4);
  }

  @Test
  void oneLookAnswersForAllRecordsOfAPoll() {
    TopicWatch watch = watch(_ -> is(Uuid.ZERO_UUID, 1));
    long polledAt = System.nanoTime();
    for (int i = 0; i < 500; i++) {
      watch.lookFor(tail, polledAt);
    }
    assertThat(looks).hasValue(1);
  }

  @Test
  void aStreamOfMisplacedRecordsCausesFewLooks() {
    TopicWatch watch = watch(_ -> is(Uuid.ZERO_UUID, 1));
    long began = System.nanoTime();
    for (int i = 0; i < 10_000; i++) {
      watch.lookFor(tail, System.nanoTime());
    }
    long paused = (System.nanoTime() - began) / LookPace.LEAST_PAUSE_NANOS;
    assertThat(looks).hasValueBetween(LookPace.FREE, (int) (LookPace.FREE + 1 + paused));
  }

  @Test
  void aTailerDoesNotWaitLongForKafkaAndNotAgainForEveryRecord() {
    TopicWatch watch = watch(_ -> new CompletableFuture<>());
    long began = System.nanoTime();
    watch.lookFor(tail, System.nanoTime());
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(TopicWatch.TAILERS_PATIENCE, TopicWatch.TAILERS_PATIENCE.multipliedBy(4));
    for (int i = 0; i < 100; i++) {
      watch.lookFor(tail, System.nanoTime());
    }
    assertThat(looks).hasValueLessThanOrEqualTo(LookPace.FREE + 1);
    assertThat(watch.reachable()).as("a short look proves nothing").isTrue();
  }

  @Test
  void anotherTopicOfTheSameNameReplacesWhateverWindowIsThere() {
    Window first = tail.partition(0).window();
    Uuid id = Uuid.randomUuid();
    watch(_ -> is(id, 2)).lookFor(tail, System.nanoTime());

    assertThat(tail.id()).isEqualTo(id);
    assertThat(tail.count()).isEqualTo(2);
    assertThat(replaced).containsExactly(first);
    assertThat(tail.partition(0).replaceWindow(first, first))
        .as("a tailer that mends the old log comes too late")
        .isFalse();
  }
}
