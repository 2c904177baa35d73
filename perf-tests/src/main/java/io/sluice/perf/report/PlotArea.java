package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// The picture of a plot as SVG: axes, and a line a curve. Sized so that its text can be read both
/// at half the width of a desktop page and at the whole width of a phone.
final class PlotArea {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 300;
  private static final double TOP = 28;
  private static final double BOTTOM = HEIGHT - 46;
  private static final double RIGHT = WIDTH - 26;

  /// Of a digit at the 13 units that `page.css` sets.
  private static final double DIGIT = 8.3;

  /// A line of more points carries a marker on some of them only, or it would be a row of beads.
  private static final int MOST_MARKERS = 8;

  /// As many points of a line answer the mouse.
  private static final int MOST_HINTS = 40;

  private final List<Curve> curves;
  private final Contenders contenders;
  private final Axis x;
  private final Axis y;
  private final double left;

  /// @param curves of one plot
  /// @param everywhere what the axis to the right has room for beside their points
  PlotArea(List<Curve> curves, Contenders contenders, List<Double> everywhere) {
    this.curves = curves;
    this.contenders = contenders;
    Curve first = curves.getFirst();
    this.x =
        Axis.over(
            first.xScale(), Stream.concat(values(Point::x).stream(), everywhere.stream()).toList());
    this.y = Axis.over(first.yScale(), values(Point::y));
    int longest = y.ticks().stream().mapToInt(tick -> y.label(tick).length()).max().orElse(0);
    this.left = 12 + DIGIT * longest;
  }

  String svg() {
    Curve first = curves.getFirst();
    return """
    <svg viewBox="0 0 %s %s" role="img" aria-label="%s">
    <text class="axis" x="0" y="12">%s</text>
    <text class="axis end" x="%s" y="%s">%s</text>
    %s%s<path class="base" d="M%s %sH%s"/>
    %s</svg>
    """
        .formatted(
            Html.number(WIDTH),
            Html.number(HEIGHT),
            Html.escape(first.plot()),
            Html.escape(first.yLabel()),
            Html.number(RIGHT),
            Html.number(HEIGHT - 4),
            Html.escape(first.xLabel()),
            rising(),
            toTheRight(),
            Html.number(left),
            Html.number(BOTTOM),
            Html.number(RIGHT),
            curves.stream().map(this::line).collect(joining()));
  }

  private List<Double> values(ToDoubleFunction<Point> of) {
    return curves.stream()
        .flatMap(curve -> curve.points().stream())
        .filter(point -> isDrawn(curves.getFirst(), point))
        .map(of::applyAsDouble)
        .toList();
  }

  private static boolean isDrawn(Curve curve, Point point) {
    return Axis.isPlaced(curve.xScale(), point.x()) && Axis.isPlaced(curve.yScale(), point.y());
  }

  private String rising() {
    return y.ticks().stream()
        .map(tick ->
            """
            <path class="grid" d="M%s %sH%s"/><text class="end" x="%s" y="%s">%s</text>
            """
                .formatted(
                    Html.number(left),
                    Html.number(down(tick)),
                    Html.number(RIGHT),
                    Html.number(left - 7),
                    Html.number(down(tick) + 4.5),
                    y.label(tick)))
        .collect(joining());
  }

  /// From the far end, where a percentile axis has what matters; a label without room is left out.
  private String toTheRight() {
    StringBuilder ticks = new StringBuilder();
    double taken = WIDTH;
    for (double tick : x.ticks().reversed()) {
      String label = x.label(tick);
      double half = DIGIT * label.length() / 2;
      if (across(tick) + half <= taken) {
        taken = across(tick) - half - DIGIT;
        ticks.append(
            """
            <path class="tick" d="M%s %sv5"/><text class="middle" x="%s" y="%s">%s</text>
            """
                .formatted(
                    Html.number(across(tick)),
                    Html.number(BOTTOM),
                    Html.number(across(tick)),
                    Html.number(BOTTOM + 19),
                    label));
      }
    }
    return ticks.toString();
  }

  private String line(Curve curve) {
    List<Point> points = curve.points().stream().filter(it -> isDrawn(curve, it)).toList();
    if (points.isEmpty()) {
      return "";
    }
    String path = points.stream().map(this::place).collect(joining("L", "M", ""));
    return """
    <g class="%s"><path class="line" d="%s"/>
    %s%s</g>
    """
        .formatted(
            contenders.style(curve.contender()),
            path,
            some(points, MOST_MARKERS).stream()
                .map(point -> marker(curve, point))
                .collect(joining()),
            some(points, MOST_HINTS).stream().map(point -> hint(curve, point)).collect(joining()));
  }

  private String marker(Curve curve, Point point) {
    return "<path class=\"mark\" transform=\"translate(%s)\" d=\"%s\"/>"
        .formatted(place(point), contenders.marker(curve.contender()));
  }

  private String hint(Curve curve, Point point) {
    String text =
        "%s\n%s: %s\n%s: %s"
            .formatted(
                curve.contender(),
                curve.xLabel(),
                x.label(point.x()),
                curve.yLabel(),
                Figures.of(point.y()));
    return "<circle class=\"hint\" cx=\"%s\" cy=\"%s\" r=\"9\"><title>%s</title></circle>"
        .formatted(Html.number(across(point.x())), Html.number(down(point.y())), Html.escape(text));
  }

  /// At most that many, evenly chosen, the last among them.
  private static List<Point> some(List<Point> points, int most) {
    int every = Math.ceilDiv(points.size(), most);
    List<Point> chosen = new ArrayList<>();
    for (int i = points.size() - 1; i >= 0; i -= every) {
      chosen.add(points.get(i));
    }
    return chosen;
  }

  private String place(Point point) {
    return Html.number(across(point.x())) + " " + Html.number(down(point.y()));
  }

  private double across(double value) {
    return left + x.at(value) * (RIGHT - left);
  }

  private double down(double value) {
    return BOTTOM - y.at(value) * (BOTTOM - TOP);
  }
}
