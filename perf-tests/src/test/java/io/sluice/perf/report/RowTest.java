package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class RowTest {
  private static final Metric CPU = new Metric("CPU", "µs", Better.LOWER);

  @Test
  void theMedianIsTheMiddleOneInWhateverOrderTheRoundsCame() {
    assertThat(of(9, 1, 4).median()).isEqualTo(4);
    assertThat(of(7).median()).isEqualTo(7);
  }

  @Test
  void theMedianOfAnEvenCountIsTheMeanOfTheTwoMiddleOnes() {
    assertThat(of(10, 1, 4, 5).median()).isEqualTo(4.5);
    assertThat(of(1, 2).median()).isEqualTo(1.5);
  }

  @Test
  void theSpreadIsTheRangeAsAShareOfTheMedian() {
    assertThat(of(9, 10, 12).spread()).isEqualTo(0.3, within(1e-9));
    assertThat(of(-9, -10, -12).spread()).isEqualTo(0.3, within(1e-9));
    assertThat(of(9, 10, 12).min()).isEqualTo(9);
    assertThat(of(9, 10, 12).max()).isEqualTo(12);
  }

  @Test
  void oneRoundHasNoSpreadAndNeitherHaveEqualOnes() {
    assertThat(of(7).spread()).isZero();
    assertThat(of(0, 0, 0).spread()).isZero();
  }

  @Test
  void roundsThatDifferAroundZeroHaveAnInfiniteSpread() {
    assertThat(of(0, 0, 3).spread()).isInfinite();
    assertThat(Figures.withSpread(of(0, 0, 3))).isEqualTo("0 ±∞");
  }

  @Test
  void withoutRoundsThereMustBeANoteAndThereIsNoFigure() {
    assertThatThrownBy(() -> new Row("s", "v", "c", CPU, List.of(), " "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'s, v, c, CPU [µs]' has neither rounds nor a note why");

    Row row = Row.notYet("s", "", "c", CPU);
    assertThat(row.isMeasured()).isFalse();
    assertThatThrownBy(row::median)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("'s, -, c, CPU [µs]' has no figure: not yet");
  }

  @Test
  void whatIsNotFiniteIsNoRound() {
    assertThatThrownBy(() -> of(1, Double.NaN))
        .hasMessage("'s, v, c, CPU [µs]' has a round of NaN");
  }

  private static Row of(double... rounds) {
    return new Row("s", "v", "c", CPU, DoubleStream.of(rounds).boxed().toList(), "");
  }
}
