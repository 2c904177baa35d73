package io.sluice.perf.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// The rows of one scenario as a table. Columns, variants and contenders are in the order in which
/// they first appear.
///
/// @param title of the scenario
/// @param columns what was measured
/// @param lines those of one variant follow each other
record Scenario(String title, List<Metric> columns, List<Line> lines) {
  /// A line of the table.
  record Line(String variant, String contender, Map<Metric, Row> cells) {
    Optional<Row> cell(Metric column) {
      return Optional.ofNullable(cells.get(column));
    }
  }

  static List<Scenario> of(List<Row> rows) {
    Map<String, List<Row>> byTitle = new LinkedHashMap<>();
    for (Row row : rows) {
      byTitle.computeIfAbsent(row.scenario(), _ -> new ArrayList<>()).add(row);
    }
    return byTitle.entrySet().stream().map(it -> table(it.getKey(), it.getValue())).toList();
  }

  private static Scenario table(String title, List<Row> rows) {
    Set<Metric> columns = new LinkedHashSet<>();
    Map<String, Map<String, Line>> variants = new LinkedHashMap<>();
    for (Row row : rows) {
      columns.add(row.metric());
      variants
          .computeIfAbsent(row.variant(), _ -> new LinkedHashMap<>())
          .computeIfAbsent(
              row.contender(), _ -> new Line(row.variant(), row.contender(), new LinkedHashMap<>()))
          .cells()
          .put(row.metric(), row);
    }
    List<Line> lines =
        variants.values().stream().flatMap(variant -> variant.values().stream()).toList();
    return new Scenario(title, List.copyOf(columns), lines);
  }

  boolean hasVariants() {
    return lines.stream().anyMatch(line -> !line.variant().isEmpty());
  }

  /// What the floor needed for the same; not for the floor itself, which is no distance from
  /// itself.
  OptionalDouble floorOf(Row row) {
    if (row.contender().equals(Contenders.FLOOR)) {
      return OptionalDouble.empty();
    }
    return lines.stream()
        .filter(it -> it.contender().equals(Contenders.FLOOR))
        .filter(it -> it.variant().equals(row.variant()))
        .flatMap(it -> it.cell(row.metric()).stream())
        .filter(Row::isMeasured)
        .mapToDouble(Row::median)
        .filter(median -> median > 0)
        .findFirst();
  }

  /// The highest figure of a column, where its bars end.
  double most(Metric column) {
    return lines.stream()
        .flatMap(line -> line.cell(column).stream())
        .filter(Row::isMeasured)
        .mapToDouble(Row::max)
        .max()
        .orElse(0);
  }
}
