package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ArrearsTest {
  private final Arrears arrears = new Arrears();

  private static long seconds(long s) {
    return Duration.ofSeconds(s).toNanos();
  }

  private Duration age(long tail, long at) {
    return arrears.age(tail, seconds(at));
  }

  @Test
  void nothingIsOwedBeforeKafkaHasSaidWhereTheLogEnds() {
    assertThat(arrears.end()).isEqualTo(-1);
    assertThat(arrears.records(7)).isZero();
    assertThat(age(0, 100)).isZero();
  }

  /// It is always where the log ended 5 s ago.
  @Test
  void whoReadsOnAsFastAsTheLogGrowsOwesLittle() {
    for (int t = 0; t < 100; t += 5) {
      arrears.seen(1_000 + t, seconds(t), 995 + t);
      assertThat(age(999 + t, t + 4)).isLessThan(Duration.ofSeconds(10));
      assertThat(arrears.records(995 + t)).isEqualTo(5);
    }
  }

  @Test
  void whatIsOwedIsTheOlderTheLongerItWasNotRead() {
    arrears.seen(1_000, seconds(0), 900);
    arrears.seen(2_000, seconds(5), 950);
    arrears.seen(3_000, seconds(10), 999);
    assertThat(age(999, 12)).isEqualTo(Duration.ofSeconds(12));
    assertThat(arrears.records(999)).isEqualTo(2_001);
    assertThat(age(1_000, 12)).isZero();
    arrears.seen(3_000, seconds(15), 1_000);
    assertThat(age(1_000, 16)).isEqualTo(Duration.ofSeconds(1));
  }

  /// A topic made anew, or a cut log: what the one before had will never be read.
  @Test
  void whatALogNoLongerHasIsNotOwed() {
    arrears.seen(1_000, seconds(0), 0);
    arrears.seen(10, seconds(5), 0);
    assertThat(age(9, 7)).isEqualTo(Duration.ofSeconds(2));
    assertThat(age(10, 100)).isZero();
    arrears.clear();
    assertThat(age(0, 100)).isZero();
    assertThat(arrears.end()).isEqualTo(-1);
  }
}
