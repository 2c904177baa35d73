package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// A stage from 0 to 10 s, whose fault strikes at 2 s.
final class OutagesTest {
  private static final Offset<Double> EXACT = within(0.02);

  private final List<Publish> published = new ArrayList<>();

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  private void publish(Route route, int channel, Outcome outcome, double... answered) {
    for (double at : answered) {
      publish(route, channel, outcome, at - 0.01, at);
    }
  }

  private void publish(Route route, int channel, Outcome outcome, double begun, double answered) {
    published.add(
        new Publish(
            route,
            route == Route.NODE ? 1 : 0,
            channel,
            published.size(),
            nanos(begun),
            nanos(answered),
            outcome,
            OptionalLong.empty()));
  }

  private void everyHalfSecond(Route route, int channel, double from, double to) {
    for (double at = from; at <= to; at += 0.5) {
      publish(route, channel, Outcome.ACKNOWLEDGED, at - 0.01, at);
    }
  }

  private Outages outages(OptionalLong failedOver) {
    Outages outages = new Outages();
    Fault fault = Faults.named("broker-kill");
    outages.add(new Stage(1, fault, 0, nanos(2), failedOver, nanos(10), 1, 1), published);
    return outages;
  }

  @Test
  void aChannelIsBackWithTheFirstAcknowledgementAfterItsGapCountedFromTheStrike() {
    everyHalfSecond(Route.NODE, 0, 0.5, 3);
    publish(Route.NODE, 0, Outcome.FAILED, 4, 5.5);
    everyHalfSecond(Route.NODE, 0, 7, 10);

    Outages outages = outages(OptionalLong.of(nanos(5.5)));

    assertThat(outages.back(Route.NODE, 100)).isCloseTo(5, EXACT);
    assertThat(outages.failOver().getAsDouble()).isCloseTo(3.5, EXACT);
    assertThat(outages.later(Route.NODE).getAsDouble()).isCloseTo(1.5, EXACT);
  }

  @Test
  void oneAcknowledgementBetweenTwoGapsIsNotTheEndOfThem() {
    publish(Route.NODE, 0, Outcome.ACKNOWLEDGED, 5);
    everyHalfSecond(Route.NODE, 0, 8, 10);

    assertThat(outages(OptionalLong.empty()).back(Route.NODE, 100)).isCloseTo(6, EXACT);
  }

  @Test
  void publishesThatStandCloseToEachOtherLeaveNoGap() {
    everyHalfSecond(Route.NODE, 0, 2.4, 10);

    assertThat(outages(OptionalLong.empty()).back(Route.NODE, 100)).isCloseTo(0.4, EXACT);
  }

  @Test
  void aChannelThatGoesAwayAgainIsBackWithTheStageAtTheEarliest() {
    everyHalfSecond(Route.NODE, 0, 2.5, 8);

    Outages outages = outages(OptionalLong.of(nanos(5)));

    assertThat(outages.back(Route.NODE, 100)).isCloseTo(8, EXACT);
    assertThat(outages.later(Route.NODE).getAsDouble()).isCloseTo(5, EXACT);
  }

  @Test
  void aChannelThatIsBackBeforeTheFailOverShowsByHowMuch() {
    everyHalfSecond(Route.NODE, 0, 2.5, 10);

    assertThat(outages(OptionalLong.of(nanos(5))).later(Route.NODE).getAsDouble())
        .isCloseTo(-2.5, EXACT);
  }

  @Test
  void aChannelWithoutAnySuccessIsBackWithTheStageAtTheEarliest() {
    publish(Route.DIRECT, 0, Outcome.ACKNOWLEDGED, 0.5, 1, 1.5);
    publish(Route.NODE, 1, Outcome.FAILED, 3, 4);

    Outages outages = outages(OptionalLong.empty());

    assertThat(outages.back(Route.DIRECT, 100)).isCloseTo(8, EXACT);
    assertThat(outages.back(Route.NODE, 100)).isCloseTo(8, EXACT);
    assertThat(outages.acknowledged(Route.NODE)).isZero();
    assertThat(outages.later(Route.NODE)).isEmpty();
  }

  @Test
  void eachWayAndEachChannelCountsForItself() {
    everyHalfSecond(Route.NODE, 0, 3, 10);
    everyHalfSecond(Route.NODE, 1, 6, 10);
    everyHalfSecond(Route.DIRECT, 2, 5, 10);

    Outages outages = outages(OptionalLong.empty());

    assertThat(outages.back(Route.NODE, 50)).isCloseTo(1, EXACT);
    assertThat(outages.back(Route.NODE, 100)).isCloseTo(4, EXACT);
    assertThat(outages.back(Route.DIRECT, 100)).isCloseTo(3, EXACT);
  }

  @Test
  void aPublishThatHangsWeighsAsManyAsWereDueMeanwhile() {
    publish(Route.NODE, 0, Outcome.FAILED, 2, 6);
    everyHalfSecond(Route.NODE, 0, 6.5, 7.5);
    publish(Route.NODE, 0, Outcome.ACKNOWLEDGED, 8, 10);

    assertThat(outages(OptionalLong.empty()).acknowledged(Route.NODE)).isCloseTo(7.0 / 15, EXACT);
  }

  @Test
  void ofAPublishThatWasInFlightAtTheStrikeThePartAfterItCounts() {
    publish(Route.NODE, 0, Outcome.FAILED, 1, 1.9);
    publish(Route.NODE, 0, Outcome.FAILED, 1.9, 4);
    everyHalfSecond(Route.NODE, 0, 4.5, 6);

    assertThat(outages(OptionalLong.empty()).acknowledged(Route.NODE)).isCloseTo(0.5, EXACT);
  }

  @Test
  void aProducerDoesNotWaitForAnswersSoEachOfItsPublishesWeighsOne() {
    publish(Route.DIRECT, 0, Outcome.ACKNOWLEDGED, 2.5, 9.5);
    publish(Route.DIRECT, 0, Outcome.FAILED, 3, 3.1);

    assertThat(outages(OptionalLong.empty()).acknowledged(Route.DIRECT)).isCloseTo(0.5, EXACT);
  }
}
