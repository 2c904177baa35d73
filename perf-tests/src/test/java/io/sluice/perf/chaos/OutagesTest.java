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
      published.add(
          new Publish(
              route,
              channel,
              published.size(),
              nanos(at - 0.01),
              nanos(at),
              outcome,
              OptionalLong.empty()));
    }
  }

  private Outages outages(OptionalLong failedOver) {
    Outages outages = new Outages();
    Fault fault = Faults.named("broker-kill");
    outages.add(new Stage(1, fault, 0, nanos(2), failedOver, nanos(10), 1, 1), published);
    return outages;
  }

  @Test
  void whatIsAcknowledgedBeforeTheStrikeDoesNotCountAndTheOutageIsSeen() {
    publish(Route.NODE, 0, Outcome.ACKNOWLEDGED, 0.5, 1, 1.5, 2.03);
    publish(Route.NODE, 0, Outcome.FAILED, 4, 5.5);
    publish(Route.NODE, 0, Outcome.ACKNOWLEDGED, 7.03, 7.5, 8, 8.5, 9, 9.5);

    Outages outages = outages(OptionalLong.of(nanos(5.5)));

    assertThat(outages.back(Route.NODE, 100)).isCloseTo(5, EXACT);
    assertThat(outages.failOver().getAsDouble()).isCloseTo(3.5, EXACT);
    assertThat(outages.later(Route.NODE).getAsDouble()).isCloseTo(1.5, EXACT);
    assertThat(outages.acknowledged(Route.NODE)).isCloseTo(7.0 / 9, EXACT);
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
    publish(Route.NODE, 0, Outcome.ACKNOWLEDGED, 2.5, 3, 4, 5, 6, 7, 8, 9, 10);
    publish(Route.NODE, 1, Outcome.ACKNOWLEDGED, 6, 7, 8, 9, 10);
    publish(Route.DIRECT, 2, Outcome.ACKNOWLEDGED, 5, 6, 7, 8, 9, 10);

    Outages outages = outages(OptionalLong.empty());

    assertThat(outages.back(Route.NODE, 50)).isCloseTo(1, EXACT);
    assertThat(outages.back(Route.NODE, 100)).isCloseTo(4, EXACT);
    assertThat(outages.back(Route.DIRECT, 100)).isCloseTo(3, EXACT);
  }
}
