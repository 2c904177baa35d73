package io.sluice.perf.report;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All that a run found out, and the file it is kept in.
///
/// @param run what it ran on, and how
/// @param rows the figures; no two about the same
/// @param curves the lines; those of one plot have the same labels and scales
public record Results(RunInfo run, List<Row> rows, List<Curve> curves) {
  public Results {
    rows = List.copyOf(rows);
    curves = List.copyOf(curves);
    requireDistinct(rows);
    requireSameAxes(curves);
  }

  /// JSON with the record components as keys, instants and durations as ISO 8601; a row a line, so
  /// that two files can be compared line by line.
  public String toJson() {
    return JsonWriter.write(this);
  }

  /// Reads what [#toJson()] wrote.
  ///
  /// @throws IOException if it is something else; the message names the place and what is wrong
  public static Results ofJson(String json) throws IOException {
    return JsonReader.read(json);
  }

  private static void requireDistinct(List<Row> rows) {
    Set<Row.Cell> seen = new HashSet<>();
    for (Row row : rows) {
      if (!seen.add(row.cell())) {
        throw new IllegalArgumentException("two rows are about '" + row.cell() + "'");
      }
    }
  }

  private static void requireSameAxes(List<Curve> curves) {
    Map<String, Curve> first = new HashMap<>();
    for (Curve curve : curves) {
      if (!first.computeIfAbsent(curve.plot(), _ -> curve).hasAxesOf(curve)) {
        throw new IllegalArgumentException(
            "the curves of '" + curve.plot() + "' differ in labels or scales");
      }
    }
  }
}
