package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TickWheelTest {
  private final TickWheel wheel = new TickWheel();
  private final List<String> fired = new ArrayList<>();

  private TickWheel.Timer timer(String name) {
    return new TickWheel.Timer(() -> fired.add(name), TickWheelTest::unexpected);
  }

  private static void unexpected(Throwable failure) {
    throw new AssertionError("no task of this test fails", failure);
  }

  private int ticksUntilFired() {
    for (int ticks = 1; ticks < 5_000; ticks++) {
      wheel.tick();
      if (!fired.isEmpty()) {
        return ticks;
      }
    }
    return -1;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 250, 251, 1_000, 25_000, 127_750, 128_000, 300_000})
  void aTimerFiresOnceNeverEarlyAndAtMostTwoTicksLate(long delayMs) {
    wheel.set(timer("a"), delayMs);

    int ticks = ticksUntilFired();

    assertThat((ticks - 1L) * TickWheel.TICK_MS)
        .as("the time that has certainly passed")
        .isGreaterThanOrEqualTo(delayMs);
    assertThat((ticks - 2L) * TickWheel.TICK_MS).isLessThan(delayMs + TickWheel.TICK_MS);
    for (int i = 0; i < 2_000; i++) {
      wheel.tick();
    }
    assertThat(fired).hasSize(1);
  }

  @Test
  void aCancelledTimerNeverFiresAndItsNeighboursDo() {
    TickWheel.Timer first = timer("first");
    TickWheel.Timer middle = timer("middle");
    TickWheel.Timer last = timer("last");
    for (TickWheel.Timer t : List.of(first, middle, last)) {
      wheel.set(t, 1_000);
    }
    wheel.cancel(middle);
    wheel.cancel(middle);
    ticksUntilFired();

    assertThat(fired).containsExactlyInAnyOrder("first", "last");
  }

  @Test
  void settingATimerAgainReplacesWhatItWasSetTo() {
    TickWheel.Timer timer = timer("a");
    wheel.set(timer, 250);
    wheel.set(timer, 10_000);

    assertThat(ticksUntilFired()).isGreaterThan(40);
    assertThat(fired).hasSize(1);
  }

  @Test
  void aTaskMaySetItsOwnTimerAgain() {
    TickWheel.Timer[] self = new TickWheel.Timer[1];
    self[0] =
        new TickWheel.Timer(
            () -> {
              fired.add("again");
              wheel.set(self[0], 250);
            },
            TickWheelTest::unexpected);
    wheel.set(self[0], 250);
    for (int i = 0; i < 20; i++) {
      wheel.tick();
    }

    assertThat(fired).hasSize(10);
  }

  @Test
  void aTaskThatThrowsIsToldAndEndsNeitherTheTickNorTheChain() {
    Error wrong = new LinkageError("no such class");
    TickWheel.Timer bad =
        new TickWheel.Timer(
            () -> {
              throw wrong;
            },
            failure -> {
              fired.add("told: " + failure.getMessage());
              throw new IllegalStateException("nor can it be ended");
            });
    wheel.set(timer("before"), 250);
    wheel.set(bad, 250);
    wheel.set(timer("after"), 250);
    ticksUntilFired();

    assertThat(fired).containsExactlyInAnyOrder("before", "told: no such class", "after");
    wheel.set(timer("later"), 250);
    wheel.tick();
    wheel.tick();
    assertThat(fired).contains("later");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manyTimersSetAndCancelledAtRandomFireExactlyWhenTheyShould(long seed) {
    Random random = new Random(seed);
    int[] fires = new int[500];
    int[] expected = new int[500];
    List<TickWheel.Timer> timers = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int n = i;
      timers.add(new TickWheel.Timer(() -> fires[n]++, TickWheelTest::unexpected));
      wheel.set(timers.get(i), random.nextInt(200_000));
      expected[i] = 1;
    }
    for (int i = 0; i < 200; i++) {
      int n = random.nextInt(500);
      wheel.cancel(timers.get(n));
      expected[n] = 0;
    }
    for (int i = 0; i < 2_000; i++) {
      wheel.tick();
    }

    assertThat(fires).isEqualTo(expected);
  }
}
