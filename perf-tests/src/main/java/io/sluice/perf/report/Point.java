package io.sluice.perf.report;

/// A point of a [Curve]; both are finite.
public record Point(double x, double y) {
  public Point {
    if (!Double.isFinite(x) || !Double.isFinite(y)) {
      throw new IllegalArgumentException("(" + x + ", " + y + ") is not a point");
    }
  }
}
