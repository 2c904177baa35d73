package io.sluice.perf.report;

import java.util.Locale;

/// One figure in two runs.
record Change(Row old, Row now) {
  /// No figure is better known than this, however well its rounds agree.
  private static final double LEAST = 0.02;

  /// One round says nothing of how far the next would be from it: 10 % to each side.
  private static final double LEAST_OF_ONE_ROUND = 0.1;

  Verdict verdict() {
    if (!isMeasured()) {
      return Verdict.UNKNOWN;
    }
    double difference = now.median() - old.median();
    if (Math.abs(difference) <= reach(old) + reach(now)) {
      return Verdict.SAME;
    }
    return switch (now.metric().better()) {
      case LOWER -> difference < 0 ? Verdict.BETTER : Verdict.WORSE;
      case HIGHER -> difference > 0 ? Verdict.BETTER : Verdict.WORSE;
      case NEITHER -> Verdict.DIFFERENT;
    };
  }

  /// In percents, with a sign.
  String percent() {
    if (!isMeasured()) {
      return "-";
    }
    double difference = now.median() - old.median();
    if (difference == 0) {
      return "0.0";
    }
    return old.median() == 0
        ? "from 0"
        : String.format(Locale.ROOT, "%+,.1f", 100 * difference / Math.abs(old.median()));
  }

  /// How far a figure reaches to both sides, with the spread as it is printed, so that a reader
  /// comes to the same verdict.
  private static double reach(Row row) {
    if (row.rounds().size() == 1) {
      return LEAST_OF_ONE_ROUND * Math.abs(row.median());
    }
    double spread = row.spread();
    double printed = Double.isInfinite(spread) ? spread : Figures.percent(spread) / 100.0;
    return Math.max(LEAST, printed) * Math.abs(row.median());
  }

  private boolean isMeasured() {
    return old.isMeasured() && now.isMeasured();
  }
}
