package io.sluice.broker;

import static io.sluice.broker.PublisherLab.HASTY;
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
  /// So that whatever was published is still waiting.
  private static final PublishSettings LASTING =
      new PublishSettings(
          HASTY.queue(),
          HASTY.maxPayload(),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10));

  private final PublisherLab lab = new PublisherLab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void publishThatKafkaNeverAnswersIsUnknownAfterTheDeliveryTimeout() {
    Publisher publisher = lab.silent(HASTY);
    long began = System.nanoTime();
    assertThat(outcome(publish(publisher, SILENT, "a", "{}")))
        .isEqualTo(new PublishOutcome.Unknown("no answer from Kafka in time"));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(HASTY.deliveryTimeout(), HASTY.deliveryTimeout().plusSeconds(5));
    assertThat(lab.meters.get("sluice.publish.queue").gauge().value()).isZero();
  }

  @Test
  void whatIsUnderWayIsGivenFiveSecondsAtTheEndAndIsUnknownThen() {
    Publisher publisher = lab.silent(LASTING);
    CompletableFuture<PublishOutcome> waiting = publish(publisher, SILENT, "a", "{}");
    long began = System.nanoTime();
    publisher.close();
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(lab.closedWithin.get())
        .isBetween(Duration.ofSeconds(5).minus(took), Duration.ofSeconds(5));
    assertThat(outcome(waiting)).isInstanceOf(PublishOutcome.Unknown.class);
  }

  @Test
  void publishBeyondTheQueueIsRefusedAtOnceNamingTheLimit() {
    Publisher publisher = lab.silent(LASTING);
    for (int i = 0; i < LASTING.queue(); i++) {
      assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
    }
    assertThat(publish(publisher, SILENT, "a", "{}"))
        .isCompletedWithValue(
            new PublishOutcome.Refused("1000 publishes are waiting, publish.queue is 1000"));
  }

  @Test
  void payloadsBeyondTheBytesAreRefusedAtOnce() {
    Publisher publisher = lab.silent(LASTING);
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
    Publisher publisher = lab.silent(LASTING);
    for (int i = 0; i < LASTING.queue() / 2; i++) {
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
    Publisher publisher =
        lab.silent(
            new PublishSettings(
                HASTY.queue(),
                HASTY.maxPayload(),
                HASTY.maxBlock(),
                HASTY.deliveryTimeout(),
                HASTY.requestTimeout(),
                new BreakerSettings(50, Duration.ofSeconds(5), Duration.ofSeconds(3), 3)));
    // once, unless this machine does not let it run for a second: that is excused, and only once
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          assertThat(five(publisher).stream().map(PublisherLab::outcome))
              .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Unknown.class));
          return publisher.breakers().stream()
              .anyMatch(it -> it.state() == BreakerState.State.OPEN);
        });
    assertThat(publisher.breakers())
        .extracting(BreakerState::name, BreakerState::state)
        .contains(
            tuple("kafka:silent", BreakerState.State.OPEN),
            tuple("kafka:other", BreakerState.State.CLOSED));
    assertThat(publish(publisher, SILENT, "a", "{}")).isDone();
    assertThat(publish(publisher, TopicBinding.of("others", "other"), "a", "{}")).isNotDone();
    lab.takes = true;
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            publisher.breakers().stream().allMatch(it -> it.state() == BreakerState.State.CLOSED));
  }

  /// A process that was stopped for a while finds that everything has taken too long. Kafka may
  /// have answered long ago.
  @Test
  void whatGotTooLateWhileThisProcessDidNotRunSaysNothingOfKafka() throws Exception {
    Publisher publisher = lab.silent(HASTY);
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
    await().until(lab::answerOne); // after an answer a pause excuses again
    assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
    long asked = System.nanoTime();
    List<CompletableFuture<PublishOutcome>> lost = five(publisher);
    Duration paused = HASTY.deliveryTimeout().plus(Duration.ofMillis(50));
    await().until(() -> System.nanoTime() - asked > paused.toNanos());
    goesOn.countDown();
    assertThat(lost.stream().map(PublisherLab::outcome))
        .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Unknown.class));
    assertThat(publisher.breakers())
        .extracting(BreakerState::state)
        .containsExactly(BreakerState.State.CLOSED);
    assertThat(publish(publisher, SILENT, "a", "{}")).isNotDone();
  }

  /// A node opens its topics between the two, which takes some seconds. Another publisher is asked
  /// where this machine made a pause after its start.
  @Test
  void theTimeBetweenMakingAPublisherAndItsStartIsNoPause() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          try (PublisherLab own = new PublisherLab()) {
            long made = System.nanoTime();
            Publisher publisher = own.silentLater(HASTY);
            await().until(() -> System.nanoTime() - made > Pauses.LATE.plusMillis(100).toNanos());
            List<CompletableFuture<PublishOutcome>> lost = five(publisher);
            publisher.start();
            lost.forEach(PublisherLab::outcome);
            return publisher.breakers().getFirst().state() == BreakerState.State.OPEN;
          }
        });
  }

  private static List<CompletableFuture<PublishOutcome>> five(Publisher publisher) {
    List<CompletableFuture<PublishOutcome>> lost = new ArrayList<>();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      lost.add(publish(publisher, SILENT, "a", "{}"));
    }
    return lost;
  }
}
