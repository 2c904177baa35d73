package io.sluice.perf.report;

import java.util.List;

/// A line of a plot.
///
/// @param plot title of the picture; curves with the same one are drawn in the same picture
/// @param xLabel what goes to the right, with its unit
/// @param yLabel what goes up, with its unit
/// @param xScale how x is placed
/// @param yScale how y is placed: [Scale#LINEAR] or [Scale#LOG]
/// @param contender whose line it is; its colour is that of the tables
/// @param points in the order in which they are joined; may be empty
public record Curve(
    String plot,
    String xLabel,
    String yLabel,
    Scale xScale,
    Scale yScale,
    String contender,
    List<Point> points) {
  public Curve {
    points = List.copyOf(points);
    if (yScale == Scale.PERCENTILE) {
      throw new IllegalArgumentException("'" + plot + "': percentiles go to the right, not up");
    }
    if (xScale == Scale.PERCENTILE) {
      for (Point point : points) {
        if (point.x() < 0 || point.x() > 100) {
          throw new IllegalArgumentException(
              "'" + plot + "': " + point.x() + " is not a percentile from 0 to 100");
        }
      }
    }
  }

  /// Whether both can be drawn in one picture.
  boolean hasAxesOf(Curve other) {
    return xLabel.equals(other.xLabel)
        && yLabel.equals(other.yLabel)
        && xScale == other.xScale
        && yScale == other.yScale;
  }
}
