package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// How long who must wait.
final class SlowClosesTest {
  private long now = -1_000; // nanoseconds begin anywhere
  private final SlowCloses closes = new SlowCloses(() -> now);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void comesAndIsClosed() {
    long opened = now;
    pass(Duration.ofSeconds(1));
    closes.closed("eve", opened);
  }

  @Test
  void fromTheThirdInFiveMinutesOnEachWaitIsTwiceAsLong() {
    comesAndIsClosed();
    comesAndIsClosed();
    assertThat(closes.mustWait("eve")).isFalse();
    for (Duration wait = SlowCloses.SHORTEST;
        wait.compareTo(SlowCloses.LONGEST) <= 0;
        wait = wait.multipliedBy(2)) {
      comesAndIsClosed();
      pass(wait.minusNanos(1));
      assertThat(closes.mustWait("eve")).as("for %s", wait).isTrue();
      pass(Duration.ofNanos(1));
      assertThat(closes.mustWait("eve")).isFalse();
    }
    comesAndIsClosed();
    pass(SlowCloses.LONGEST);
    assertThat(closes.mustWait("eve")).as("no longer than that").isFalse();
    assertThat(closes.mustWait("ann")).isFalse();
  }

  @Test
  void connectionsThatWereOpenSideBySideCountAsOne() {
    long opened = now;
    pass(Duration.ofSeconds(1));
    for (int tab = 0; tab < 8; tab++) {
      closes.closed("eve", opened);
    }
    assertThat(closes.mustWait("eve")).isFalse();
    comesAndIsClosed();
    assertThat(closes.mustWait("eve")).as("the second time").isFalse();
  }

  @Test
  void afterFiveQuietMinutesItBeginsAnew() {
    comesAndIsClosed();
    comesAndIsClosed();
    pass(SlowCloses.SPAN.plusSeconds(1));
    comesAndIsClosed();
    assertThat(closes.mustWait("eve")).isFalse();
  }
}
