package io.sluice.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "7 | 7",
        "12 | 12",
        "12.04 | 12.0",
        "9.996 | 10.0",
        "0.12345 | 0.123",
        "0.00012345 | 0.000123",
        "0.000012345 | 1.23e-05",
        "999.6 | 1,000",
        "1234 | 1,230",
        "182400.7 | 182,000",
        "1843000 | 1,840,000",
        "-41.26 | -41.3"
      })
  void numbersHaveThreeDigitsAndThousandsSeparators(double value, String text) {
    assertThat(Figures.of(value)).isEqualTo(text);
  }

  @Test
  void aSingleRoundShowsNoSpread() {
    Metric metric = new Metric("CPU", "µs", Better.LOWER);

    assertThat(Figures.withSpread(new Row("s", "", "c", metric, List.of(5.5), "")))
        .isEqualTo("5.50");
    assertThat(Figures.withSpread(new Row("s", "", "c", metric, List.of(5.5, 5.6, 5.7), "")))
        .isEqualTo("5.60 ±4%");
  }

  @Test
  void theDefaultLocaleHasNoSay() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(Figures.of(1234.5)).isEqualTo("1,230");
      assertThat(Html.number(1.25)).isEqualTo("1.3");
    } finally {
      Locale.setDefault(before);
    }
  }
}
