package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.edge.DrainPace.Others;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// With a given clock.
final class DrainPaceTest {
  private static final Others TWO_STAY = new Others(2, 1);

  /// Near the end of the clock's range, which overflows.
  private static final long START = Long.MAX_VALUE - 1_000;

  private static long at(long millis) {
    return START + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static DrainPace pace(int connections, Duration over, int admitted) {
    return new DrainPace(connections, over, admitted, START);
  }

  @Test
  void connectionsGoEvenlyOverTheTime() {
    DrainPace pace = pace(1_000, Duration.ofSeconds(10), 1_000);
    assertThat(pace.goneBy(at(0), TWO_STAY)).isZero();
    for (int tenth = 1; tenth < 100; tenth++) {
      assertThat(pace.goneBy(at(tenth * 100L), TWO_STAY)).isBetween(tenth * 10 - 1, tenth * 10);
    }
    assertThat(pace.goneBy(at(10_100), TWO_STAY)).isEqualTo(1_000);
  }

  @Test
  void neverFasterThanTheOthersAdmitWhoeverElseLeaves() {
    DrainPace pace = pace(1_000, Duration.ofSeconds(10), 30);
    assertThat(pace.goneBy(at(1_000), TWO_STAY)).isEqualTo(60);
    assertThat(pace.goneBy(at(2_000), new Others(2, 2))).as("two share it").isEqualTo(90);
    assertThat(pace.goneBy(at(3_000), new Others(1, 1))).as("one has died").isEqualTo(120);
    assertThat(pace.goneBy(at(19_999), new Others(1, 1))).isLessThan(700);
    assertThat(pace.goneBy(at(20_000), new Others(1, 1))).as("bounded").isEqualTo(1_000);
  }

  @Test
  void whereNodesAdmitAnyNumberTheTimeAloneCounts() {
    assertThat(pace(1_000, Duration.ofSeconds(10), 0).goneBy(at(5_000), new Others(1, 5)))
        .isEqualTo(500);
  }

  @Test
  void withoutAnybodyToTakeThemOrWithoutTimeAllGoAtOnce() {
    assertThat(pace(7, Duration.ofSeconds(10), 1).goneBy(at(0), new Others(0, 1))).isEqualTo(7);
    assertThat(pace(7, Duration.ZERO, 1).goneBy(at(0), TWO_STAY)).isEqualTo(7);
  }

  @Test
  void whoIsAloneHereLeavesAtSomeTimeAndNotLater() {
    DrainPace pace = pace(1, Duration.ofSeconds(10), 1_000);
    assertThat(pace.goneBy(at(9_000), TWO_STAY)).isZero();
    assertThat(pace.goneBy(at(10_001), TWO_STAY)).isEqualTo(1);
  }
}
