package io.sluice.perf.stress;

import io.sluice.perf.report.Curve;
import io.sluice.perf.report.Point;
import io.sluice.perf.report.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was seen over time: of each plot a line for each of those it is about, all over the same
/// seconds since the run began. Of a long run every line keeps 1,000 to 2,000 points: of each of as
/// many equal parts of it the highest, so that no peak is lost. One thread.
final class Series {
  private static final int MOST = 2_000;

  private final Map<Line, Points> lines = new LinkedHashMap<>();

  private record Line(String plot, String unit, String of) {}

  /// A value.
  ///
  /// @param plot title, one for each unit
  /// @param of whose it is
  /// @param second since the run began
  void add(String plot, String unit, String of, double second, double value) {
    if (Double.isFinite(value)) {
      lines
          .computeIfAbsent(new Line(plot, unit, of), _ -> new Points())
          .add(new Point(second, value));
    }
  }

  /// Of what comes, the highest of a number that grows.
  private static final class Points {
    private List<Point> kept = new ArrayList<>();
    private int every = 1;
    private int come;

    void add(Point point) {
      if (come++ % every == 0) {
        kept.add(point);
      } else {
        kept.set(kept.size() - 1, higher(kept.getLast(), point));
      }
      if (kept.size() > MOST && come % every == 0) {
        halve();
      }
    }

    /// Each part with the next; one that is left over stays, to be filled up.
    private void halve() {
      List<Point> fewer = new ArrayList<>();
      for (int i = 0; i < kept.size(); i += 2) {
        fewer.add(i + 1 < kept.size() ? higher(kept.get(i), kept.get(i + 1)) : kept.get(i));
      }
      kept = fewer;
      every *= 2;
    }

    private static Point higher(Point one, Point other) {
      return other.y() > one.y() ? other : one;
    }
  }

  List<Curve> curves() {
    return lines.entrySet().stream()
        .map(it ->
            new Curve(
                it.getKey().plot(),
                "seconds since the run began",
                it.getKey().unit(),
                Scale.LINEAR,
                Scale.LINEAR,
                it.getKey().of(),
                it.getValue().kept))
        .toList();
  }
}
