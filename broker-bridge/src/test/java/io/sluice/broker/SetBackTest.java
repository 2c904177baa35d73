package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;

/// With given clocks.
final class SetBackTest {
  private long wallMillis = 1_790_000_000_000L;
  private long nanos = Long.MAX_VALUE - 1_000;
  private final SetBack clock = new SetBack(() -> wallMillis, () -> nanos);

  private void pass(Duration time) {
    wallMillis += time.toMillis();
    nanos += time.toNanos();
  }

  @Test
  void aClockThatIsSetBackIsNoticedOnce() {
    pass(Duration.ofHours(1));
    assertThat(clock.by()).isZero();
    wallMillis -= Duration.ofMinutes(10).toMillis();
    pass(Duration.ofSeconds(3));
    assertThat(clock.by()).isEqualTo(Duration.ofMinutes(10));
    pass(Duration.ofSeconds(3));
    assertThat(clock.by()).isZero();
  }

  @Test
  void aClockThatIsSetForwardOrKeptInTimeIsNot() {
    wallMillis += Duration.ofMinutes(10).toMillis();
    assertThat(clock.by()).isZero();
    for (int i = 0; i < 100; i++) {
      wallMillis -= 100;
      assertThat(clock.by()).as("a little at a time").isZero();
    }
    wallMillis -= Duration.ofMinutes(10).toMillis();
    assertThat(clock.by()).as("and right again").isEqualTo(Duration.ofMinutes(10));
  }

  /// A call of Kafka's client may never end then: it waits for a clock that was set back.
  @Test
  void aConsumerThatPollsFailsSoThatAnotherOneIsMade() throws Exception {
    ClockWatch watch = new ClockWatch(clock);
    ClientProperties properties = SharedKafka.clients("n1");
    try (watch;
        ExecutorService reading = Executors.newSingleThreadExecutor();
        ClockedConsumer consumer =
            new ClockedConsumer(
                properties.consumer("test", Isolation.READ_UNCOMMITTED, ByteSize.mib(1)), watch)) {
      TopicPartition partition = new TopicPartition(SharedKafka.freshName("clock"), 0);
      consumer.assign(Set.of(partition));
      consumer.seek(partition, 0);
      Future<?> poll = reading.submit(() -> consumer.poll(Duration.ofMinutes(5)));
      watch.look();
      assertThat(poll).isNotDone();
      wallMillis -= 5_000;
      watch.look();
      assertThatThrownBy(() -> poll.get(30, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(KafkaException.class)
          .isNotInstanceOf(WakeupException.class)
          .hasMessageContaining("set back by 5000 ms");
      assertThat(consumer.isStale()).isTrue();
      assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).hasMessageContaining("set back");
    }
  }

  @Test
  void aConsumerThatIsWokenForAnotherReasonSaysSo() {
    ClientProperties properties = SharedKafka.clients("n1");
    try (ClockWatch watch = new ClockWatch(clock);
        ClockedConsumer consumer =
            new ClockedConsumer(
                properties.consumer("test", Isolation.READ_UNCOMMITTED, ByteSize.mib(1)), watch)) {
      TopicPartition partition = new TopicPartition(SharedKafka.freshName("clock"), 0);
      consumer.assign(Set.of(partition));
      consumer.seek(partition, 0);
      consumer.wakeup();
      assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(10)))
          .isInstanceOf(WakeupException.class);
    }
  }

  @Test
  void allAreToldThoughOneCannotBeMadeAnew() {
    List<Duration> told = new ArrayList<>();
    try (ClockWatch watch = new ClockWatch(clock)) {
      watch.listen(_ -> {
        throw new KafkaException("as expected");
      });
      watch.listen(told::add);
      ClockWatch.Listener gone = _ -> told.add(Duration.ZERO);
      watch.listen(gone);
      watch.forget(gone);
      watch.look();
      wallMillis -= 5_000;
      watch.look();
    }
    assertThat(told).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void aPauseBetweenTheTwoClocksIsNoJump() {
    AtomicInteger asked = new AtomicInteger();
    SetBack paused =
        new SetBack(
            () -> {
              if (asked.incrementAndGet() == 2) {
                pass(Duration.ofSeconds(20)); // right before the wall clock is read
              }
              return wallMillis;
            },
            () -> nanos);
    assertThat(paused.by()).isZero();
    assertThat(paused.by()).isZero();
    assertThat(asked.get()).isEqualTo(4);
  }
}
