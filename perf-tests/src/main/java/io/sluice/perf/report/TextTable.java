package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.report.TextGrid.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// [Results] as plain text: a block a scenario, a line a contender, a column a metric; then what
/// the run was made on.
public final class TextTable {
  private static final int HEADING_WIDTH = 16;

  /// A longer note goes below the table.
  private static final int CELL_WIDTH = 16;

  private TextTable() {}

  /// The text, lines ending in a newline.
  public static String of(Results r) {
    return "Sluice benchmark, "
        + Words.summary(r.run())
        + "\nmedian ±(highest - lowest round) / median; ↓ lower is better, ↑ higher is better\n\n"
        + Scenario.of(r.rows()).stream().map(TextTable::block).collect(joining())
        + surroundings(r.run());
  }

  private static String block(Scenario scenario) {
    int names = scenario.hasVariants() ? 2 : 1;
    List<Side> sides = new ArrayList<>(Collections.nCopies(names, Side.LEFT));
    List<List<String>> heading = new ArrayList<>(Collections.nCopies(names, List.of()));
    for (Metric column : scenario.columns()) {
      sides.add(Side.RIGHT);
      heading.add(heading(column));
    }
    TextGrid grid = new TextGrid(sides);
    grid.heading(heading);
    List<String> notes = new ArrayList<>();
    for (Scenario.Line line : scenario.lines()) {
      List<String> cells = new ArrayList<>(List.of(line.variant(), line.contender()));
      for (Metric column : scenario.columns()) {
        cells.add(line.cell(column).map(row -> cell(row, notes)).orElse("-"));
      }
      grid.line(cells.subList(2 - names, cells.size()));
    }
    return scenario.title() + "\n\n" + grid + footnotes(notes) + "\n";
  }

  private static List<String> heading(Metric metric) {
    List<String> lines = new ArrayList<>();
    for (String word : metric.name().strip().split("\\s+", -1)) {
      String longer = lines.isEmpty() ? word : lines.getLast() + " " + word;
      if (!lines.isEmpty() && longer.length() <= HEADING_WIDTH) {
        lines.removeLast();
        lines.add(longer);
      } else {
        lines.add(word);
      }
    }
    lines.add((metric.unit() + Words.arrow(metric.better())).strip());
    return lines;
  }

  private static String cell(Row row, List<String> notes) {
    if (!row.isMeasured() && row.note().length() <= CELL_WIDTH) {
      return row.note();
    }
    String figure = row.isMeasured() ? Figures.withSpread(row) : "none";
    return row.note().isBlank() ? figure : figure + " [" + number(row.note(), notes) + "]";
  }

  private static int number(String note, List<String> notes) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
    return notes.indexOf(note) + 1;
  }

  private static String footnotes(List<String> notes) {
    return notes.stream()
        .map(note -> "  [" + number(note, notes) + "] " + note + "\n")
        .collect(joining());
  }

  private static String surroundings(RunInfo run) {
    return pairs("Machine", run.machine())
        + pairs("Versions", run.versions())
        + pairs("Flags and settings", run.flags())
        + lines("Remarks", run.remarks())
        + lines("Command", Arrays.asList(run.command().split("\n", -1)));
  }

  private static String pairs(String title, Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return "";
    }
    TextGrid grid = new TextGrid(List.of(Side.LEFT, Side.LEFT));
    pairs.forEach((key, value) -> grid.line(List.of(key, value)));
    return title + "\n" + grid;
  }

  private static String lines(String title, List<String> lines) {
    return lines.isEmpty()
        ? ""
        : lines.stream().map(line -> "  " + line + "\n").collect(joining("", title + "\n", ""));
  }
}
