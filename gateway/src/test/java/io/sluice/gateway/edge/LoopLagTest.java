package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// With a given clock, near the end of its range.
final class LoopLagTest {
  private long now = Long.MAX_VALUE - 1_000;
  private final LoopLag lag = new LoopLag(() -> now);

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void tickAfter(long millis) {
    pass(millis);
    lag.ticked();
  }

  private long leastMillis() {
    return TimeUnit.NANOSECONDS.toMillis(lag.leastNanos());
  }

  @Test
  void onePauseIsNoLag() {
    tickAfter(250);
    tickAfter(1_250);
    for (int missed = 0; missed < 4; missed++) {
      tickAfter(0);
    }
    tickAfter(250);
    assertThat(leastMillis()).isZero();
  }

  @Test
  void aLoopWhoseTurnsTakeLongIsLate() {
    for (int turn = 0; turn < 3; turn++) {
      tickAfter(1_500);
      for (int missed = 0; missed < 5; missed++) {
        tickAfter(0); // up to the one that is due now
      }
    }
    assertThat(leastMillis()).isEqualTo(1_250);
  }

  @Test
  void aLoopThatHangsGetsLaterAndLater() {
    tickAfter(250);
    assertThat(leastMillis()).isZero();
    pass(1_250);
    assertThat(leastMillis()).isEqualTo(1_000);
    pass(1_000);
    assertThat(leastMillis()).isEqualTo(2_000);
  }
}
