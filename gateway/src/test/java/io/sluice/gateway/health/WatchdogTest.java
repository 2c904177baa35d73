package io.sluice.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// With a clock of its own.
final class WatchdogTest {
  private static final Duration STALL = Duration.ofSeconds(5);
  private static final Duration EXIT_AFTER = Duration.ofSeconds(30);

  private long now;
  private final Turning turning = new Turning();
  private final List<String> told = new ArrayList<>();
  private final Watchdog watchdog =
      new Watchdog(
          STALL, EXIT_AFTER, List.of(turning), () -> now, Clock.systemUTC(), new Listener());

  /// What goes on when it is told to.
  private static final class Turning implements Watched {
    long turns;
    Duration most = Duration.ZERO;

    @Override
    public Kind kind() {
      return Kind.LOOP;
    }

    @Override
    public String name() {
      return "turning";
    }

    @Override
    public Turn turn() {
      return new Turn(turns, most);
    }

    @Override
    public void nudge() {}

    @Override
    public Optional<Thread> thread() {
      return Optional.empty();
    }
  }

  private final class Listener implements Watchdog.Listener {
    @Override
    public void hangs(Watched what, Hang how) {
      told.add("hangs");
    }

    @Override
    public void goesOn(Watched what, Duration after) {
      told.add("goes on");
    }

    @Override
    public void paused(Duration length) {
      told.add("paused");
    }

    @Override
    public void givesUp(Hang how) {
      told.add("gives up");
    }
  }

  private void lookFor(Duration length) {
    for (Duration left = length; left.isPositive(); left = left.minus(watchdog.every())) {
      now += watchdog.every().toNanos();
      watchdog.look();
    }
  }

  @Test
  void whatGoesOnIsLeftAlone() {
    for (int i = 0; i < 200; i++) {
      turning.turns++;
      lookFor(watchdog.every());
    }
    assertThat(watchdog.hangs()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void whatDoesNotIsToldOfOnceAndGivenUpOnce() {
    lookFor(STALL);
    assertThat(watchdog.hangs()).isEmpty();
    lookFor(Duration.ofSeconds(2));
    assertThat(watchdog.hangs()).hasSize(1);
    assertThat(watchdog.hangs().getFirst().length()).isGreaterThan(STALL);
    lookFor(Duration.ofSeconds(60));
    assertThat(told).containsExactly("hangs", "gives up");
  }

  @Test
  void whatGoesOnAgainMayHangAgain() {
    lookFor(Duration.ofSeconds(10));
    turning.turns++;
    lookFor(Duration.ofSeconds(1));
    assertThat(watchdog.hangs()).isEmpty();
    lookFor(Duration.ofSeconds(10));
    assertThat(told).containsExactly("hangs", "goes on", "hangs");
  }

  @Test
  void aTurnMayTakeWhatItMay() {
    turning.most = Duration.ofSeconds(40);
    lookFor(Duration.ofSeconds(44));
    assertThat(told).isEmpty();
    lookFor(Duration.ofSeconds(3));
    assertThat(told).containsExactly("hangs");
  }

  /// SIGSTOP, a machine that slept, a virtual one that was moved: nothing could go on.
  @Test
  void timeInWhichTheProcessDidNotRunCountsForNothing() {
    lookFor(Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      now += Duration.ofHours(1).toNanos();
      watchdog.look();
    }
    assertThat(watchdog.hangs()).isEmpty();
    assertThat(told).containsExactly("paused", "paused", "paused");
    lookFor(Duration.ofSeconds(5)); // and yet a hang is one
    assertThat(watchdog.hangs()).hasSize(1);
  }

  @Test
  void nothingIsGivenUpWhereThatIsNotWanted() {
    Watchdog patient =
        new Watchdog(
            STALL, Duration.ZERO, List.of(turning), () -> now, Clock.systemUTC(), new Listener());
    for (int i = 0; i < 1_000; i++) {
      now += Duration.ofSeconds(1).toNanos();
      patient.look();
    }
    assertThat(told).containsExactly("hangs");
  }
}
