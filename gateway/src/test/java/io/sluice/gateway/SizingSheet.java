package io.sluice.gateway;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tables of `deploy/docs/sizing.md`: rows with one value, and rows with a formula and what
/// comes of it for each of [#CASES]. Immutable.
final class SizingSheet {
  /// In the order of the page's columns.
  static final List<String> CASES = List.of("small", "100 k", "10 M");

  /// Instead of a formula where a value is assumed.
  static final String GIVEN = "given";

  /// A row with one value.
  ///
  /// @param where it is from
  record Constant(String value, String where) {}

  /// A row with a value for each case.
  record Row(String formula, List<String> values) {}

  private final Map<String, Constant> constants;
  private final Map<String, Row> rows;

  private SizingSheet(Map<String, Constant> constants, Map<String, Row> rows) {
    this.constants = constants;
    this.rows = rows;
  }

  /// Reads all tables whose rows begin with a name in backticks.
  ///
  /// @throws IllegalArgumentException for a row of any other width, or a name that is there twice
  static SizingSheet of(String page) {
    Map<String, Constant> constants = new LinkedHashMap<>();
    Map<String, Row> rows = new LinkedHashMap<>();
    page.lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> {
          List<String> cells =
              Arrays.stream(line.split("\\|", -1))
                  .map(String::strip)
                  .filter(it -> !it.isEmpty())
                  .toList();
          String name = cells.getFirst().replace("`", "");
          if (constants.containsKey(name) || rows.containsKey(name)) {
            throw new IllegalArgumentException("there twice: " + name);
          }
          switch (cells.size()) {
            case 4 -> constants.put(name, new Constant(cells.get(1), cells.get(3)));
            case 6 -> rows.put(name, new Row(cells.get(2), cells.subList(3, 6)));
            default -> throw new IllegalArgumentException("no row of 4 or 6: " + line);
          }
        });
    return new SizingSheet(constants, rows);
  }

  Map<String, Constant> constants() {
    return constants;
  }

  Map<String, Row> rows() {
    return rows;
  }

  /// A row's value in a case, not rounded.
  double value(String name, int of) {
    @Nullable Constant constant = constants.get(name);
    if (constant != null) {
      return SizingFormula.number(constant.value());
    }
    @Nullable Row row = rows.get(name);
    if (row == null) {
      throw new IllegalArgumentException("there is no row '" + name + "'");
    }
    return row.formula().equals(GIVEN)
        ? SizingFormula.number(row.values().get(of))
        : SizingFormula.value(row.formula(), other -> value(other, of));
  }
}
