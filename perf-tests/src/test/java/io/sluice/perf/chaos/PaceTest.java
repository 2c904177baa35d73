package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private final Pace pace = new Pace(Duration.ofNanos(500), 1_000);

  @Test
  void whatIsDoneInTimeIsDueAgainAfterThePace() {
    pace.next(1_010);
    assertThat(pace.due()).isEqualTo(1_500);
    pace.next(1_999);
    assertThat(pace.due()).isEqualTo(2_000);
  }

  @Test
  void whatWasMissedIsNotCaughtUp() {
    pace.next(5_100);
    assertThat(pace.due()).isEqualTo(5_100);
    pace.next(5_110);
    assertThat(pace.due()).isEqualTo(5_600);
  }
}
