package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GrowthTest {
  private final Growth growth = new Growth(2);

  private void saw(double progress, double first, double second) {
    growth.saw(0, progress, OptionalDouble.of(first));
    growth.saw(1, progress, OptionalDouble.of(second));
  }

  @Test
  void itIsWhatTheMedianGrewByOnceTheNodeIsWarm() {
    saw(0.2, 100, 100);
    saw(0.25, 900, 100);
    saw(0.3, 110, 100);
    saw(0.9, 150, 90);
    saw(0.95, 170, 80);
    saw(1, 160, 70);
    assertThat(growth.megabytes(0)).hasValue(50);
    assertThat(growth.megabytes(1)).hasValue(0);
  }

  @Test
  void whatWasNotSeenAtBothEndsIsNotKnown() {
    growth.saw(0, 0.2, OptionalDouble.of(3));
    growth.saw(0, 0.9, OptionalDouble.empty());
    assertThat(growth.megabytes(0)).isEmpty();
    assertThat(growth.megabytes(1)).isEmpty();
  }

  @Test
  void fiveLooksAreTakenAtEachEndHoweverLongARunIs() {
    assertThat(IntStream.rangeClosed(0, 1_999).filter(it -> growth.isDue(it / 10_000.0)).count())
        .as("before it is warm")
        .isZero();
    assertThat(IntStream.range(2_000, 8_800).filter(it -> growth.isDue(it / 10_000.0)).count())
        .isEqualTo(5);
    assertThat(
            IntStream.rangeClosed(8_800, 10_000).filter(it -> growth.isDue(it / 10_000.0)).count())
        .isEqualTo(5);
  }
}
