package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    Reader reader = new Reader();
    ClientProperties properties = SharedKafka.clients("n1");
    try (watch;
        ExecutorService reading = Executors.newSingleThreadExecutor(reader::of);
        ClockedConsumer consumer =
            new ClockedConsumer(
                properties.consumer("test", Isolation.READ_UNCOMMITTED, ByteSize.mib(1)),
                watch,
                "test",
                new ClientFigures())) {
      TopicPartition partition = new TopicPartition(SharedKafka.freshName("clock"), 0);
      consumer.assign(Set.of(partition));
      consumer.seek(partition, 0);
      Future<?> poll = reading.submit(() -> consumer.poll(Duration.ofMinutes(5)));
      await().until(reader::polls);
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

  private static final class Reader {
    private volatile Thread thread = Thread.currentThread();

    Thread of(Runnable work) {
      thread = Thread.ofPlatform().unstarted(work);
      return thread;
    }

    boolean polls() {
      return Arrays.stream(thread.getStackTrace())
          .anyMatch(it ->
              it.getClassName().equals(KafkaConsumer.class.getName())
                  && it.getMethodName().equals("poll"));
    }
  }

  @Test
  void aConsumerThatIsWokenForAnotherReasonSaysSo() {
    ClientProperties properties = SharedKafka.clients("n1");
    try (ClockWatch watch = new ClockWatch(clock);
        ClockedConsumer consumer =
            new ClockedConsumer(
                properties.consumer("test", Isolation.READ_UNCOMMITTED, ByteSize.mib(1)),
                watch,
                "test",
                new ClientFigures())) {
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
    List<Duration> told = new CopyOnWriteArrayList<>();
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
      await().until(() -> !told.isEmpty());
    }
    assertThat(told).containsExactly(Duration.ofSeconds(5));
  }

  @Timeout(30)
  @Test
  void oneThatHangsKeepsNoOtherFromBeingTold() {
    CountDownLatch goesOn = new CountDownLatch(1);
    AtomicInteger hanging = new AtomicInteger();
    List<Duration> told = new CopyOnWriteArrayList<>();
    try (ClockWatch watch = new ClockWatch(clock)) {
      watch.listen(_ -> {
        hanging.incrementAndGet();
        try {
          goesOn.await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      });
      watch.listen(told::add);
      wallMillis -= 5_000;
      watch.look();
      await().until(() -> told.size() == 1 && hanging.get() == 1);
      wallMillis -= 6_000;
      watch.look();
      await().until(() -> told.size() == 2);
      assertThat(hanging).as("one thread is enough").hasValue(1);
      goesOn.countDown();
      await()
          .until(() -> {
            watch.look();
            return hanging.get() == 2;
          });
    }
  }

  @Test
  void whatCouldNotBeMadeAnewIsTriedAgainAtTheNextLook() {
    AtomicInteger tried = new AtomicInteger();
    try (ClockWatch watch = new ClockWatch(clock)) {
      watch.listen(_ -> {
        if (tried.incrementAndGet() == 1) {
          throw new KafkaException("as expected");
        }
      });
      wallMillis -= 5_000;
      watch.look();
      await().until(() -> tried.get() == 1);
      await()
          .until(() -> {
            watch.look();
            return tried.get() == 2;
          });
    }
  }

  @Test
  void theAdminClientOfANodeIsMadeAnewAndAnswers() throws Exception {
    TopicBinding binding = TopicBinding.of("orders", SharedKafka.freshTopic(2));
    try (ClockWatch watch = new ClockWatch(clock);
        Topics topics =
            new KafkaClients(SharedKafka.settings(), "n1", watch).topics(PublisherLab.SETTINGS)) {
      Admin old = topics.admin();
      watch.look();
      assertThat(topics.admin()).isSameAs(old);
      wallMillis -= 5_000;
      watch.look();
      await().until(() -> !topics.admin().equals(old));
      assertThat(topics.describe(binding).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .get()
          .extracting(TopicState::partitions)
          .isEqualTo(2);
      await().until(() -> old.describeCluster().nodes().isCompletedExceptionally());
    }
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
