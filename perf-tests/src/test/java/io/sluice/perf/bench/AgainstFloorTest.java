package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgainstFloorTest {
  private final AgainstFloor costs = new AgainstFloor();
  private final Floor floor = new Floor(1, List.of());
  private final Floor batched = new Floor(10, List.of());
  private final List<String> ratios = new ArrayList<>();

  private void round(Contender contender, double value) {
    costs.begins(contender);
    costs.needs(contender, value, (who, ratio) -> ratios.add(who.name() + " " + ratio));
  }

  @Test
  void aFigureIsDividedByTheFloorsOfTheSameRound() throws Exception {
    try (FaultyContender sluice = contender()) {
      round(sluice, 6);
      round(floor, 4);
      round(batched, 1);
      round(sluice, 9);
      round(floor, 3);
      round(batched, 1);
    }

    assertThat(ratios).containsExactly("faulty 1.5", "faulty 3.0");
  }

  @Test
  void whatFailedInThisRoundIsNotTakenFromTheLast() throws Exception {
    try (FaultyContender sluice = contender()) {
      round(sluice, 6);
      costs.begins(sluice); // and fails; so did the floor in the round before
      round(floor, 4);
    }

    assertThat(ratios).isEmpty();
  }

  private static FaultyContender contender() throws Exception {
    return new FaultyContender(io.sluice.perf.swarm.FaultyServer.Fault.NONE);
  }
}
