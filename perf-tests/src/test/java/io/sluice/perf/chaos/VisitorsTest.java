package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.chaos.Fact.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VisitorsTest {
  private static final LagWatch.Seen SLOW = new LagWatch.Seen(1, 1);

  private static List<History> given(long publications) {
    History history = new History("someone");
    for (int i = 0; i < publications; i++) {
      history.add(new Event.Received(0, 0, i, i));
    }
    return List.of(new History("unlucky"), history);
  }

  @Test
  void aRoundInWhichAllThatIsToBeSeenWasSeenHasProvedSomething() {
    assertThat(Visitors.unproven(SLOW, given(1), given(SlowClients.AT_ONCE + 1))).isEmpty();
  }

  @Test
  void aRoundInWhichNobodyWasSlowOrNewHasProvedNothingOfThem() {
    List<History> caughtUp = given(SlowClients.AT_ONCE + 1);
    for (List<Fact> facts :
        List.of(
            Visitors.unproven(new LagWatch.Seen(0, 3), given(1), caughtUp),
            Visitors.unproven(new LagWatch.Seen(3, 0), given(1), caughtUp),
            Visitors.unproven(SLOW, given(0), caughtUp),
            Visitors.unproven(SLOW, List.of(), caughtUp),
            Visitors.unproven(SLOW, given(1), given(SlowClients.AT_ONCE)),
            Visitors.unproven(SLOW, given(1), List.of()))) {
      assertThat(facts)
          .singleElement()
          .satisfies(fact -> {
            assertThat(fact.kind()).isEqualTo(Kind.STUCK);
            assertThat(fact.who()).isNotEqualTo(Fact.CLUSTER);
          });
    }
  }
}
