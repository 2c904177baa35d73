package io.sluice.perf.bench;

import io.sluice.perf.report.Curve;
import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/// What a run has found so far. One thread.
final class Findings {
  private final Map<Cell, List<Double>> cells = new LinkedHashMap<>();
  private final Map<Cell, String> notes = new LinkedHashMap<>();
  private final Map<Line, Curve> curves = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  /// A cell of the table.
  record Cell(String scenario, String variant, String contender, Metric metric) {}

  private record Line(String plot, String contender) {}

  /// One more round's value. What is no number is a fault, and no value.
  void add(Cell cell, double value) {
    List<Double> values = cells.computeIfAbsent(cell, _ -> new ArrayList<>());
    if (Double.isFinite(value)) {
      values.add(value);
    } else {
      fault(
          "%s, %s: %s is %s"
              .formatted(cell.scenario(), cell.contender(), cell.metric().name(), value));
      notes.putIfAbsent(cell, "failed");
    }
  }

  /// Why a cell has no value.
  void note(Cell cell, String note) {
    cells.computeIfAbsent(cell, _ -> new ArrayList<>());
    notes.put(cell, note);
  }

  /// A line of a plot, in place of the one before.
  void curve(Curve curve) {
    curves.put(new Line(curve.plot(), curve.contender()), curve);
  }

  /// Something that should not have happened.
  void fault(String what) {
    faults.add(what);
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  /// The median so far.
  OptionalDouble median(Cell cell) {
    List<Double> values = cells.getOrDefault(cell, List.of());
    return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(row(cell).median());
  }

  private Row row(Cell cell) {
    return new Row(
        cell.scenario(),
        cell.variant(),
        cell.contender(),
        cell.metric(),
        cells.getOrDefault(cell, List.of()),
        notes.getOrDefault(cell, ""));
  }

  List<Row> rows() {
    return cells.keySet().stream().map(this::row).toList();
  }

  List<Curve> curves() {
    return List.copyOf(curves.values());
  }
}
