package io.sluice.perf.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/// How numbers are printed.
final class Figures {
  /// More would be noise: figures of repeated rounds seldom agree in the third digit.
  private static final MathContext DIGITS = new MathContext(3, RoundingMode.HALF_UP);

  private static final double SMALLEST_PLAIN = 0.000_1;

  private Figures() {}

  /// Three significant digits with thousands separators; whole numbers without a fraction.
  static String of(double value) {
    if (value == 0) {
      return "0";
    }
    if (Math.abs(value) < SMALLEST_PLAIN) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS);
    int wholeDigits = rounded.precision() - rounded.scale();
    int decimals = value == Math.rint(value) ? 0 : Math.max(0, DIGITS.getPrecision() - wholeDigits);
    return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
  }

  /// `median ±spread%`; of a single round the median alone, since it says nothing about the spread.
  static String withSpread(Row row) {
    String median = of(row.median());
    return row.rounds().size() < 2 ? median : median + " " + spread(row);
  }

  /// `±4%`.
  static String spread(Row row) {
    double spread = row.spread();
    return Double.isInfinite(spread) ? "±∞" : "±" + percent(spread) + "%";
  }

  /// A share in whole percents, as it is printed.
  static long percent(double share) {
    return Math.round(share * 100);
  }
}
