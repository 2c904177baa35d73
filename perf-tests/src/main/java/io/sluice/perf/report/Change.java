package io.sluice.perf.report;

import java.util.Locale;

/// One figure in two runs.
record Change(Row old, Row now) {
  /// Below this two runs on the same machine differ by chance, however well their rounds agree.
  private static final double LEAST = 0.03;

  Verdict verdict() {
    if (!isMeasured()) {
      return Verdict.UNKNOWN;
    }
    double difference = now.median() - old.median();
    if (Math.abs(difference) <= tolerance() * Math.abs(old.median())) {
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

  /// The spreads as they are printed, so that a reader comes to the same verdict.
  private double tolerance() {
    return Math.max(LEAST, Math.max(printedSpread(old), printedSpread(now)));
  }

  private static double printedSpread(Row row) {
    double spread = row.spread();
    return Double.isInfinite(spread) ? spread : Figures.percent(spread) / 100.0;
  }

  private boolean isMeasured() {
    return old.isMeasured() && now.isMeasured();
  }
}
