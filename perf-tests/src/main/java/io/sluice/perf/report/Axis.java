package io.sluice.perf.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// One axis of a plot: which values it shows, where, and which of them are labelled.
///
/// @param scale how values are placed
/// @param low the value at the near end
/// @param high the value at the far end
record Axis(Scale scale, double low, double high) {
  /// A tick every 60 to 90 units of a plot, and labels of numbers up to 10,000 never touch.
  private static final int MOST_TICKS = 6;

  private static final double MILLION = 1e6;
  private static final double ROUNDING = 1e-9;

  private static final List<Double> NINES =
      List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 99.9999, 99.99999);

  /// An axis on which all of them have room; those that the scale cannot place do not count.
  static Axis over(Scale scale, List<Double> values) {
    List<Double> placed = values.stream().filter(value -> isPlaced(scale, value)).toList();
    double least = placed.isEmpty() ? 1 : Collections.min(placed);
    double most = placed.isEmpty() ? 1 : Collections.max(placed);
    return switch (scale) {
      case LINEAR -> linear(Math.min(0, least), Math.max(0, most));
      case LOG -> logarithmic(least, most);
      case PERCENTILE -> new Axis(scale, Math.min(50, least), Math.max(90, most));
    };
  }

  /// Whether a value has a place at all.
  static boolean isPlaced(Scale scale, double value) {
    return switch (scale) {
      case LINEAR -> true;
      case LOG -> value > 0;
      case PERCENTILE -> value < 100;
    };
  }

  /// From 0 at the near end to 1 at the far end.
  double at(double value) {
    return (evenly(value) - evenly(low)) / (evenly(high) - evenly(low));
  }

  /// Values to label, rising.
  List<Double> ticks() {
    return switch (scale) {
      case LINEAR -> {
        double step = step(high - low);
        yield LongStream.rangeClosed(Math.round(low / step), Math.round(high / step))
            .mapToObj(count -> count * step)
            .toList();
      }
      case LOG -> logarithmicTicks();
      case PERCENTILE -> NINES.stream().filter(this::isWithin).toList();
    };
  }

  String label(double tick) {
    DecimalFormat format =
        new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return switch (scale) {
      case LINEAR, LOG ->
          Math.abs(tick) < MILLION ? format.format(tick) : format.format(tick / MILLION) + "M";
      case PERCENTILE -> format.format(tick) + "%";
    };
  }

  private static Axis linear(double low, double high) {
    double top = low == high ? low + 1 : high;
    double step = step(top - low);
    return new Axis(
        Scale.LINEAR,
        Math.floor(low / step + ROUNDING) * step,
        Math.ceil(top / step - ROUNDING) * step);
  }

  /// A fifth of the span, made round: 1, 2 or 5 times a power of ten.
  private static double step(double span) {
    double fifth = span / (MOST_TICKS - 1);
    return Stream.of(1, 2, 5, 10)
        .map(digit -> digit * decade(fifth))
        .filter(step -> step >= fifth * (1 - ROUNDING))
        .findFirst()
        .orElse(fifth);
  }

  private static Axis logarithmic(double least, double most) {
    double low =
        round(least).reversed().stream()
            .filter(it -> it <= least * (1 + ROUNDING))
            .findFirst()
            .orElse(least);
    double high =
        round(most).stream().filter(it -> it >= most * (1 - ROUNDING)).findFirst().orElse(most);
    return low < high ? new Axis(Scale.LOG, low, high) : new Axis(Scale.LOG, low / 10, high * 10);
  }

  /// Round numbers around a value.
  private static List<Double> round(double value) {
    return Stream.of(1, 2, 5, 10).map(digit -> digit * decade(value)).toList();
  }

  private List<Double> logarithmicTicks() {
    List<Double> decades = new ArrayList<>();
    for (double decade = decade(low); decade <= high * (1 + ROUNDING); decade *= 10) {
      decades.add(decade);
    }
    List<Double> fine =
        decades.stream()
            .flatMap(decade -> Stream.of(decade, 2 * decade, 5 * decade))
            .filter(this::isWithin)
            .toList();
    if (fine.size() <= MOST_TICKS) {
      return fine;
    }
    List<Double> coarse = decades.stream().filter(this::isWithin).toList();
    int every = Math.ceilDiv(coarse.size(), MOST_TICKS);
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; i < coarse.size(); i += every) {
      ticks.add(coarse.get(i));
    }
    return ticks;
  }

  private static double decade(double value) {
    return Math.pow(10, Math.floor(Math.log10(value) + ROUNDING));
  }

  private boolean isWithin(double value) {
    return low * (1 - ROUNDING) <= value && value <= high * (1 + ROUNDING);
  }

  private double evenly(double value) {
    return switch (scale) {
      case LINEAR -> value;
      case LOG -> Math.log10(value);
      case PERCENTILE -> -Math.log10(1 - value / 100);
    };
  }
}
