package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A plot with its title and legend. The legend is text of the page and no part of the picture, so
/// that it breaks its lines where the page is narrow.
final class PlotFigure {
  private PlotFigure() {}

  /// All plots, in the order in which they first appear.
  ///
  /// @param oneAxis whether all go as far to the right as the one that goes furthest
  static String all(List<Curve> curves, Contenders contenders, boolean oneAxis) {
    Map<String, List<Curve>> plots = new LinkedHashMap<>();
    for (Curve curve : curves) {
      plots.computeIfAbsent(curve.plot(), _ -> new ArrayList<>()).add(curve);
    }
    List<Double> everywhere = oneAxis ? furthest(curves) : List.of();
    return plots.values().stream()
        .map(plot -> figure(plot, contenders, everywhere))
        .collect(joining());
  }

  private static List<Double> furthest(List<Curve> curves) {
    return curves.stream()
        .flatMap(curve -> curve.points().stream())
        .map(Point::x)
        .max(Comparator.naturalOrder())
        .map(List::of)
        .orElse(List.of());
  }

  private static String figure(List<Curve> curves, Contenders contenders, List<Double> everywhere) {
    return """
    <figure><figcaption>%s</figcaption>
    <ul class="legend">%s</ul>
    %s</figure>
    """
        .formatted(
            Html.escape(curves.getFirst().plot()),
            curves.stream()
                .map(Curve::contender)
                .distinct()
                .map(contender -> entry(contender, contenders))
                .collect(joining()),
            new PlotArea(curves, contenders, everywhere).svg());
  }

  private static String entry(String contender, Contenders contenders) {
    return """
    <li class="%s"><svg viewBox="-14 -6 28 12" aria-hidden="true"><path class="line" d="M-14 0H14"/>\
    <path class="mark" d="%s"/></svg>%s</li>
    """
        .formatted(
            contenders.style(contender), contenders.marker(contender), Html.escape(contender));
  }
}
