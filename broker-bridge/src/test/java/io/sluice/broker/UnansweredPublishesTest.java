package io.sluice.broker;

import static io.sluice.broker.PublisherLab.SETTINGS;
import static io.sluice.broker.PublisherLab.SILENT;
import static io.sluice.broker.PublisherLab.outcome;
import static io.sluice.broker.PublisherLab.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What becomes of publishes that Kafka does not answer: how long they wait, how many may, and what
/// the others see of it.
class UnansweredPublishesTest {
  private final PublisherLab lab = new PublisherLab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void publishThatKafkaNeverAnswersIsUnknownAfterTheDeliveryTimeout() {
    Publisher publisher = lab.silent();
    long began = System.nanoTime();
    assertThat(outcome(publish(publisher, SILENT, "a", "{}")))
        .isEqualTo(new PublishOutcome.Unknown("no answer from Kafka in time"));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(SETTINGS.deliveryTimeout(), SETTINGS.deliveryTimeout().plusSeconds(1));
    assertThat(lab.meters.get("sluice.publish.queue").gauge().value()).isZero();
  }

  @Test
  void whatIsUnderWayIsGivenFiveSecondsAtTheEndAndIsUnknownThen() {
    Duration timeout = Duration.ofSeconds(30);
    Publisher publisher =
        lab.silentLater(
            new PublishSettings(
                10, ByteSize.kib(64), Duration.ofSeconds(1), timeout, Duration.ofSeconds(10)));
    publisher.start();
    CompletableFuture<PublishOutcome> waiting = publish(publisher, SILENT, "a", "{}");
    publisher.close();
    assertThat(lab.closedWithin.get()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    assertThat(outcome(waiting)).isInstanceOf(PublishOutcome.Unknown.class);
  }

  @Test
  void publishBeyondTheQueueIsRefusedAtOnceNamingTheLimit() {
    Publisher publisher = lab.silent();
    for (int i = 0; i < SETTINGS.queue(); i++) {
      assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", "{}"))
        .isCompletedWithValue(
            new PublishOutcome.Refused("1000 publishes are waiting, publish.queue is 1000"));
  }

  @Test
  void payloadsBeyondTheBytesAreRefusedAtOnce() {
    Publisher publisher = lab.silent();
    String large = "x".repeat(64 << 10);
    for (int i = 0; i < 512; i++) {
      assertThat(publish(publisher, SILENT, "a", large)).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", large))
        .isCompletedWithValue(
            new PublishOutcome.Refused("payloads of 33619968 bytes are waiting, at most 33554432"));
    assertThat(publish(publisher, SILENT, "a", "")).isNotDone();
  }

  @Test
  void aTopicThatHangsLeavesTheOthersTheirRoom() {
    lab.bound.addAll(List.of(SILENT.topic(), "other"));
    lab.partitions.put("other", 1);
    TopicBinding other = TopicBinding.of("others", "other");
    Publisher publisher = lab.silent();
    for (int i = 0; i < SETTINGS.queue() / 2; i++) {
      assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", "{}"))
        .isCompletedWithValue(
            new PublishOutcome.Refused(
                "500 publishes to topic 'silent' are waiting, a topic's share of publish.queue is 500"));
    assertThat(publish(publisher, other, "a", "{}")).isNotDone();
  }

  /// A publish that hangs says at its end that Kafka fails; the others of its topic do not wait for
  /// that again, and other topics are not concerned.
  @Test
  void whenFiveWereNotAnsweredTheTopicIsRefusedAtOnceAndNoOtherIs() {
    lab.bound.addAll(List.of(SILENT.topic(), "other"));
    lab.partitions.put("other", 1);
    Publisher publisher = lab.silent();
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      lost.add(publish(publisher, SILENT, "a", "{}"));
    }
    assertThat(lost.stream().map(PublisherLab::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Unknown.class));
    assertThat(publisher.breakers())
        .extracting(BreakerState::name, BreakerState::state)
        .contains(
            tuple("kafka:silent", BreakerState.State.OPEN),
            tuple("kafka:other", BreakerState.State.CLOSED));
    assertThat(publish(publisher, SILENT, "a", "{}")).isDone();
    assertThat(publish(publisher, TopicBinding.of("others", "other"), "a", "{}")).isNotDone();
    lab.takes = true;
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            publisher.breakers().stream().allMatch(it -> it.state() == BreakerState.State.CLOSED));
  }

  /// A process that was stopped for a while finds that everything has taken too long. Kafka may
  /// have answered long ago.
  @Test
  void whatGotTooLateWhileThisProcessDidNotRunSaysNothingOfKafka() throws Exception {
    Publisher publisher = lab.silent();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    var _ =
        publish(publisher, SILENT, "a", "{}")
            .thenRun(() -> {
              held.countDown();
              try {
                goesOn.await(); // as long as it does nobody looks what has become too late
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
    long asked = System.nanoTime();
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      lost.add(publish(publisher, SILENT, "a", "{}"));
    }
    Duration paused = SETTINGS.deliveryTimeout().plus(Duration.ofMillis(50));
    await().until(() -> System.nanoTime() - asked > paused.toNanos());
    goesOn.countDown();
    assertThat(lost.stream().map(PublisherLab::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Unknown.class));
    assertThat(publisher.breakers())
        .extracting(BreakerState::state)
        .containsExactly(BreakerState.State.CLOSED);
    assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
  }

  /// A node opens its topics between the two, which takes some seconds.
  @Test
  void theTimeBetweenMakingAPublisherAndItsStartIsNoPause() {
    long made = System.nanoTime();
    Publisher publisher = lab.silentLater();
    await().until(() -> System.nanoTime() - made > Pauses.LATE.plusMillis(100).toNanos());
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      lost.add(publish(publisher, SILENT, "a", "{}"));
    }
    publisher.start();
    lost.forEach(PublisherLab::outcome);
    assertThat(publisher.breakers())
        .extracting(BreakerState::state)
        .containsExactly(BreakerState.State.OPEN);
  }
}
