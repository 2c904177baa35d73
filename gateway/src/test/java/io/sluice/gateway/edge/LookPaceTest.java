package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// With a given clock, near the end of its range.
final class LookPaceTest {
  private long now = Long.MAX_VALUE - 1_000;
  private final LookPace pace = new LookPace(Duration.ofSeconds(1), () -> now);

  private boolean countsAfter(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
    return pace.counts();
  }

  @Test
  void aLookAfterAPauseDoesNotCountAndThoseAfterItDo() {
    assertThat(countsAfter(1_000)).isTrue();
    assertThat(countsAfter(1_500)).as("hardly late").isTrue();
    assertThat(countsAfter(20_000)).isFalse();
    assertThat(countsAfter(1_000)).isTrue();
    assertThat(countsAfter(1_501)).isFalse();
  }

  @Test
  void looksThatAreAlwaysLateCountBecauseThereIsTooMuchToDo() {
    assertThat(countsAfter(2_000)).isFalse();
    for (int i = 0; i < 5; i++) {
      assertThat(countsAfter(2_000)).isTrue();
    }
  }
}
