package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LookPaceTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final LookPace pace = new LookPace();

  @Test
  void onlyALookThatStartedAfterTheRecordsHadComeAnswersTheQuestion() {
    assertThat(pace.isDue(10, 5, 4)).isTrue();
    assertThat(pace.isDue(10, 5, 6)).isFalse();
  }

  @Test
  void fruitlessLooksTakeASmallPartOfTheTime() {
    for (int i = 0; i < LookPace.FREE; i++) {
      assertThat(pace.isDue(0, 0, -1)).isTrue();
      pace.fruitless(0, 50 * MS);
    }
    assertThat(pace.isDue(549 * MS, 0, -1)).isFalse();
    assertThat(pace.isDue(550 * MS, 0, -1)).isTrue();
  }

  @Test
  void quickLooksArePacedToo() {
    for (int i = 0; i < LookPace.FREE; i++) {
      pace.fruitless(0, 0);
    }
    assertThat(pace.isDue(LookPace.LEAST_PAUSE_NANOS - 1, 0, -1)).isFalse();
    assertThat(pace.isDue(LookPace.LEAST_PAUSE_NANOS, 0, -1)).isTrue();
  }

  @Test
  void aFruitfulLookEndsTheBackOff() {
    for (int i = 0; i < LookPace.FREE; i++) {
      pace.fruitless(0, 0);
    }
    pace.fruitful();
    assertThat(pace.isDue(1, 0, -1)).isTrue();
  }
}
