package io.sluice.perf.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The contenders of a page and their looks: colour and marker are the same wherever one appears.
final class Contenders {
  /// The contender that is the machine's own limit.
  static final String FLOOR = "floor";

  /// As many as `page.css` has; after that they begin again.
  private static final int COLOURS = 7;

  private static final String FLOOR_MARKER = "M-3.5-3.5 3.5 3.5M-3.5 3.5 3.5-3.5";

  private static final List<String> MARKERS =
      List.of(
          "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z",
          "M-3.2-3.2h6.4v6.4h-6.4z",
          "M0-4.6 4.6 0 0 4.6-4.6 0z",
          "M0-4.4 4.4 3.4h-8.8z");

  private final List<String> names;
  private final List<String> competitors;

  private Contenders(Set<String> names) {
    this.names = List.copyOf(names);
    this.competitors = names.stream().filter(name -> !name.equals(FLOOR)).toList();
  }

  static Contenders of(Results results) {
    Set<String> names = new LinkedHashSet<>();
    results.rows().forEach(row -> names.add(row.contender()));
    results.curves().forEach(curve -> names.add(curve.contender()));
    return new Contenders(names);
  }

  /// In the order in which they first appear.
  List<String> names() {
    return names;
  }

  /// Class of `page.css` that sets the colour. The floor is grey: a yardstick, no competitor.
  String style(String contender) {
    return contender.equals(FLOOR) ? "kf" : "k" + rank(contender) % COLOURS;
  }

  /// Path of the mark on a curve's points, around the origin.
  String marker(String contender) {
    return contender.equals(FLOOR) ? FLOOR_MARKER : MARKERS.get(rank(contender) % MARKERS.size());
  }

  private int rank(String contender) {
    int rank = competitors.indexOf(contender);
    if (rank < 0) {
      throw new IllegalArgumentException("'" + contender + "' is not on this page");
    }
    return rank;
  }
}
