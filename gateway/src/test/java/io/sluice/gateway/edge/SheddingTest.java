package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ShedConfig;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Second by second.
final class SheddingTest {
  private final Shedding shedding = new Shedding(new ShedConfig(Duration.ofSeconds(1), 90));

  private ShedLevel late(long millis) {
    return shedding.look(new Shedding.Load(Duration.ofMillis(millis), OptionalInt.empty()));
  }

  private ShedLevel full(int percent) {
    return shedding.look(new Shedding.Load(Duration.ZERO, OptionalInt.of(percent)));
  }

  @Test
  void eachSecondBeyondABoundRefusesMoreAndThreeCalmOnesLess() {
    assertThat(late(1_000)).as("within").isEqualTo(ShedLevel.NONE);
    assertThat(late(1_001)).as("it may be a pause").isEqualTo(ShedLevel.NONE);
    assertThat(late(1_001)).isEqualTo(ShedLevel.HANDSHAKES);
    assertThat(late(1_001)).isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(late(5_000)).isEqualTo(ShedLevel.HISTORY);
    assertThat(late(5_000)).as("no more than everything").isEqualTo(ShedLevel.HISTORY);
    assertThat(late(500)).isEqualTo(ShedLevel.HISTORY);
    assertThat(late(0)).isEqualTo(ShedLevel.HISTORY);
    assertThat(late(0)).isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(late(0)).isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(late(501)).as("neither calm nor beyond").isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(late(0)).isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(late(0)).isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(late(0)).isEqualTo(ShedLevel.HANDSHAKES);
  }

  @Test
  void pausesOfTheProcessAreNoOverloadHoweverMany() {
    for (int pause = 0; pause < 5; pause++) {
      assertThat(late(1_400)).isEqualTo(ShedLevel.NONE);
      assertThat(late(0)).isEqualTo(ShedLevel.NONE);
    }
  }

  @Test
  void memoryCountsWhenItWasCollectedAndIsBelievedUntilItIsAgain() {
    assertThat(full(90)).isEqualTo(ShedLevel.NONE);
    assertThat(full(91)).isEqualTo(ShedLevel.HANDSHAKES);
    for (int i = 0; i < 10; i++) {
      assertThat(late(0)).as("nothing newer is known").isEqualTo(ShedLevel.HANDSHAKES);
    }
    assertThat(full(91)).isEqualTo(ShedLevel.SUBSCRIPTIONS);
    assertThat(full(87)).as("not well below").isEqualTo(ShedLevel.SUBSCRIPTIONS);
    full(86);
    full(86);
    assertThat(full(86)).isEqualTo(ShedLevel.HANDSHAKES);
  }

  /// Or a node that refuses all that would allocate would refuse for ever.
  @Test
  void withoutACollectionForHalfAMinuteItIsTriedWithOneMore() {
    assertThat(full(99)).isEqualTo(ShedLevel.HANDSHAKES);
    for (int i = 0; i < Shedding.STALE; i++) {
      assertThat(late(0)).isEqualTo(ShedLevel.HANDSHAKES);
    }
    late(0);
    late(0);
    assertThat(late(0)).isEqualTo(ShedLevel.NONE);
  }

  @Test
  void aLoadThatStaysJustWithinTheBoundsIsTakenAgainAfterAWhile() {
    late(1_001);
    assertThat(late(1_001)).isEqualTo(ShedLevel.HANDSHAKES);
    for (int i = 1; i < Shedding.STEADY; i++) {
      assertThat(late(900)).isEqualTo(ShedLevel.HANDSHAKES);
    }
    assertThat(late(900)).isEqualTo(ShedLevel.NONE);
  }

  @Test
  void boundsOfZeroAreNone() {
    Shedding never = new Shedding(new ShedConfig(Duration.ZERO, 0));
    assertThat(never.look(new Shedding.Load(Duration.ofDays(1), OptionalInt.of(100))))
        .isEqualTo(ShedLevel.NONE);
  }
}
