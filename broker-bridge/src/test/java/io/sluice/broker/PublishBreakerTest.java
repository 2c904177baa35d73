package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.BreakerState.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PublishBreakerTest {
  private static final Duration OPEN_FOR = Duration.ofMillis(50);
  private static final BreakerSettings SETTINGS =
      new BreakerSettings(50, Duration.ofSeconds(60), OPEN_FOR, 2);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private static final Duration LONGEST = Duration.ofSeconds(8);

  private final AtomicLong nanoTime = new AtomicLong();
  private final AtomicReference<Instant> wall = new AtomicReference<>(NOW);
  private final PublishBreaker breaker =
      new PublishBreaker(
          "orders", SETTINGS, LONGEST, clock(), nanoTime::get, new BridgeMetrics(meters));

  @Test
  void halfOfThemFailedOpensItButNotFewerThanFive() {
    end(KafkaSign.FAILED, 4);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
    end(KafkaSign.FAILED, 1);
    assertThat(breaker.state())
        .isEqualTo(new BreakerState("kafka:orders", State.OPEN, NOW, "no answer"));
    assertThat(breaker.permit()).isEmpty();
    assertThat(breaker.retryAfter()).isPositive().isLessThanOrEqualTo(OPEN_FOR);
    assertThat(meters.get("sluice.breaker.refusals").counter().count()).isOne();
  }

  @Test
  void aPartitionOfManyThatFailsStopsNoOther() {
    end(KafkaSign.ANSWERED, 60);
    end(KafkaSign.FAILED, 50);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
  }

  /// Kafka is back, and the fifth to end is the first that it answered.
  @Test
  void whatIsAnsweredNeverOpensIt() {
    end(KafkaSign.FAILED, 4);
    end(KafkaSign.ANSWERED, 2);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
    end(KafkaSign.FAILED, 1);
    assertThat(breaker.state().state()).isEqualTo(State.OPEN);
  }

  @Test
  void whatIsNotKafkasFaultDoesNotCount() {
    end(KafkaSign.NOTHING, 100);
    end(KafkaSign.ANSWERED, 1);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void silenceOpensItAtOnceForAsLongAsIsSaid() {
    int permit = breaker.permit().getAsInt();
    int waiting = breaker.permit().getAsInt();
    breaker.ended(permit, KafkaSign.SILENT, "no metadata", Duration.ofMinutes(1));
    assertThat(breaker.state().state()).isEqualTo(State.OPEN);
    assertThat(breaker.state().lastCause()).isEqualTo("no metadata");
    assertThat(breaker.takesBack(waiting)).isTrue();
    assertThat(breaker.retryAfter()).isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1));
  }

  @Test
  void aFewAreThenLetThroughAndWhenAllWereAnsweredEverybodyIs() {
    end(KafkaSign.FAILED, 5);
    int first = awaitTry();
    int second = breaker.permit().getAsInt();
    assertThat(breaker.state().state()).isEqualTo(State.HALF_OPEN);
    assertThat(breaker.permit()).isEmpty();

    breaker.ended(first, KafkaSign.ANSWERED, "", OPEN_FOR);
    assertThat(breaker.permit()).isEmpty();
    breaker.ended(second, KafkaSign.ANSWERED, "", OPEN_FOR);

    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
    assertThat(breaker.permit()).isPresent();
  }

  @Test
  void asManyTriesAsMayBeConfiguredMustAllBeAnswered() {
    BreakerSettings most =
        new BreakerSettings(50, Duration.ofSeconds(60), OPEN_FOR, BreakerSettings.MOST_TRIES);
    PublishBreaker patient =
        new PublishBreaker(
            "patient", most, LONGEST, clock(), nanoTime::get, new BridgeMetrics(meters));
    patient.ended(patient.permit().getAsInt(), KafkaSign.SILENT, "no metadata", OPEN_FOR);
    nanoTime.addAndGet(OPEN_FOR.toNanos() + 1);
    int[] tries = IntStream.range(0, most.tries()).map(_ -> patient.permit().getAsInt()).toArray();
    assertThat(patient.permit()).isEmpty();
    for (int permit : tries) {
      assertThat(patient.state().state()).isEqualTo(State.HALF_OPEN);
      patient.ended(permit, KafkaSign.ANSWERED, "", OPEN_FOR);
    }
    assertThat(patient.state().state()).isEqualTo(State.CLOSED);
  }

  /// It was let through between the question to Kafka and the answer, and is not sent yet.
  @Test
  void aTryIsNotTakenBackWhenKafkaSaysMeanwhileThatItTakesPublishes() {
    end(KafkaSign.FAILED, 5);
    breaker.ended(awaitTry(), KafkaSign.ANSWERED, "", OPEN_FOR);
    breaker.asks();
    int era = breaker.era();
    int waiting = breaker.permit().getAsInt();
    breaker.told(era, PublishBreaker.Answer.TAKES, true);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
    assertThat(breaker.takesBack(waiting)).isFalse();
  }

  @Test
  void aTryThatSaysNothingLetsAnotherTry() {
    end(KafkaSign.FAILED, 5);
    int first = awaitTry();
    breaker.permit().getAsInt();
    breaker.ended(first, KafkaSign.NOTHING, "", OPEN_FOR);
    assertThat(breaker.permit()).isPresent();
    assertThat(breaker.permit()).isEmpty();
  }

  @Test
  void triesThatFailOpenItAgain() {
    end(KafkaSign.FAILED, 5);
    int first = awaitTry();
    int second = breaker.permit().getAsInt();
    breaker.ended(first, KafkaSign.FAILED, "no answer", OPEN_FOR);
    breaker.ended(second, KafkaSign.FAILED, "no answer", OPEN_FOR);
    assertThat(breaker.state().state()).isEqualTo(State.OPEN);
  }

  /// They were sent while Kafka was away, and are given up when it is back.
  @Test
  void whatHungFromBeforeDoesNotEndTheTrial() {
    int hanging = breaker.permit().getAsInt();
    end(KafkaSign.FAILED, 5);
    int first = awaitTry();
    int second = breaker.permit().getAsInt();
    for (int i = 0; i < 5; i++) {
      breaker.ended(hanging, KafkaSign.FAILED, "no answer", OPEN_FOR);
    }
    breaker.ended(hanging, KafkaSign.SILENT, "no answer", OPEN_FOR);
    breaker.ended(first, KafkaSign.ANSWERED, "", OPEN_FOR);
    breaker.ended(second, KafkaSign.ANSWERED, "", OPEN_FOR);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void aClockThatIsSetBackKeepsItOpenNoLonger() {
    end(KafkaSign.FAILED, 5);
    wall.set(NOW.minus(Duration.ofHours(1)));
    int first = awaitTry();
    assertThat(breaker.state()).extracting(BreakerState::since).isEqualTo(NOW);
    breaker.ended(first, KafkaSign.ANSWERED, "", OPEN_FOR);
    end(KafkaSign.ANSWERED, 1);
    assertThat(breaker.state())
        .isEqualTo(new BreakerState("kafka:orders", State.CLOSED, wall.get(), "no answer"));
  }

  /// Nobody forgets to say how it ended; if somebody does, it must not be for ever.
  @Test
  void aTrialThatNeverEndsIsFollowedByAnother() {
    end(KafkaSign.FAILED, 5);
    int lost = awaitTry();
    breaker.permit().getAsInt();
    nanoTime.addAndGet(LONGEST.toNanos());
    assertThat(breaker.permit()).isEmpty();
    assertThat(breaker.state().state()).isEqualTo(State.HALF_OPEN);
    nanoTime.incrementAndGet();
    assertThat(breaker.permit()).isEmpty();
    int first = awaitTry();
    breaker.ended(lost, KafkaSign.SILENT, "too late", OPEN_FOR);
    breaker.ended(first, KafkaSign.ANSWERED, "", OPEN_FOR);
    end(KafkaSign.ANSWERED, 1);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void whereNobodyPublishesKafkaIsAskedAndAnswersForAll() {
    boolean[] takes = {false};
    PublishGates gates = gates(_ -> CompletableFuture.completedFuture(takes[0]));
    PublishBreaker idle = failed(gates);
    assertStaysOpen(gates, idle);
    takes[0] = true;
    await()
        .until(() -> {
          gates.look();
          return idle.state().state() == State.CLOSED;
        });
  }

  @Test
  void whenKafkaHasOtherLeadersAFewAreLetThroughBeforeTheTime() {
    PublishBreaker patient = patient();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      patient.ended(patient.permit().getAsInt(), KafkaSign.FAILED, "no answer", OPEN_FOR);
    }
    assertThat(isAsked(patient, PublishBreaker.Answer.DOES_NOT)).isTrue();
    assertThat(patient.permit()).isEmpty();
    assertThat(patient.wantsToAsk(false)).isFalse();
    assertThat(isAsked(patient, PublishBreaker.Answer.TAKES)).isTrue();
    assertThat(patient.state().state()).isEqualTo(State.HALF_OPEN);
    int first = patient.permit().getAsInt();
    int second = patient.permit().getAsInt();
    assertThat(patient.permit()).isEmpty();
    patient.ended(first, KafkaSign.ANSWERED, "", OPEN_FOR);
    patient.ended(second, KafkaSign.ANSWERED, "", OPEN_FOR);
    assertThat(patient.state().state()).isEqualTo(State.CLOSED);
  }

  /// The publisher's thread would wait for it again.
  @Test
  void whereKafkaSaidNothingOfTheTopicNobodyIsLetThroughBeforeTheTime() {
    PublishBreaker patient = patient();
    patient.ended(patient.permit().getAsInt(), KafkaSign.SILENT, "no metadata", OPEN_FOR);
    assertThat(isAsked(patient, PublishBreaker.Answer.TAKES)).isFalse();
  }

  private PublishBreaker patient() {
    BreakerSettings settings =
        new BreakerSettings(50, Duration.ofSeconds(60), Duration.ofSeconds(10), 2);
    return new PublishBreaker(
        "patient", settings, LONGEST, clock(), nanoTime::get, new BridgeMetrics(meters));
  }

  /// Whether Kafka is asked as soon as it may be, although publishes are under way.
  private boolean isAsked(PublishBreaker breaker, PublishBreaker.Answer answer) {
    nanoTime.addAndGet(PublishBreaker.ASKING.toNanos());
    if (!breaker.wantsToAsk(false)) {
      return false;
    }
    int era = breaker.era();
    breaker.asks();
    breaker.told(era, answer, false);
    return true;
  }

  @Test
  void aQuestionThatThrowsIsNoAnswer() {
    PublishGates gates =
        gates(_ -> {
          throw new IllegalStateException("closed");
        });
    assertStaysOpen(gates, failed(gates));
  }

  @Test
  void whatIsUnderWayIsWaitedFor() {
    PublishGates gates = gates(_ -> CompletableFuture.completedFuture(true));
    PublishBreaker breaker = failed(gates);
    assertThat(gates.of("orders").share().enter(1)).isEmpty();
    assertStaysOpen(gates, breaker);
  }

  private static void assertStaysOpen(PublishGates gates, PublishBreaker breaker) {
    await()
        .during(OPEN_FOR.multipliedBy(4))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          gates.look();
          return breaker.state().state() == State.OPEN;
        });
  }

  private PublishGates gates(PublishGates.Probe probe) {
    PublishSettings settings =
        new PublishSettings(
            10,
            ByteSize.kib(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2),
            SETTINGS);
    return new PublishGates(settings, List.of("orders"), probe, new BridgeMetrics(meters));
  }

  private static PublishBreaker failed(PublishGates gates) {
    PublishBreaker breaker = gates.of("orders").breaker();
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      breaker.ended(breaker.permit().getAsInt(), KafkaSign.FAILED, "no answer", OPEN_FOR);
    }
    return breaker;
  }

  private int awaitTry() {
    nanoTime.addAndGet(OPEN_FOR.toNanos() + 1);
    return breaker.permit().getAsInt();
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return wall.get();
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  private void end(KafkaSign sign, int times) {
    for (int i = 0; i < times; i++) {
      breaker.ended(breaker.permit().getAsInt(), sign, "no answer", OPEN_FOR);
    }
  }
}
