package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.report.TextGrid.Side;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Two runs side by side, as plain text. A figure is the same if what the two runs print for it,
/// `median ±spread`, overlaps; a spread is taken for 2 % to each side at least, and for 10 % where
/// there was a single round.
public final class Comparison {
  private static final List<Side> SIDES =
      List.of(
          Side.LEFT,
          Side.LEFT,
          Side.LEFT,
          Side.LEFT,
          Side.RIGHT,
          Side.RIGHT,
          Side.RIGHT,
          Side.LEFT);

  /// With which a run was compared is no part of it.
  private static final Pattern COMPARED = Pattern.compile(" --compare[ =]('[^']*'|\\S+)");

  private Comparison() {}

  /// The text, lines ending in a newline.
  ///
  /// @param old what it was
  /// @param now what it is
  public static String of(Results old, Results now) {
    Map<Row.Cell, Row> before = byCell(old);
    Map<Row.Cell, Row> after = byCell(now);
    List<Change> changes = new ArrayList<>();
    after.forEach((cell, row) -> {
      Row was = before.get(cell);
      if (was != null) {
        changes.add(new Change(was, row));
      }
    });
    return "old: %s\nnew: %s\n".formatted(Words.summary(old.run()), Words.summary(now.run()))
        + commands(old.run().command(), now.run().command())
        + differences(old.run().machine(), now.run().machine())
        + "\n"
        + (changes.isEmpty() ? "No figure is in both.\n" : table(changes))
        + onlyIn("old", before, after)
        + onlyIn("new", after, before);
  }

  private static Map<Row.Cell, Row> byCell(Results results) {
    Map<Row.Cell, Row> rows = new LinkedHashMap<>();
    results.rows().forEach(row -> rows.put(row.cell(), row));
    return rows;
  }

  private static String table(List<Change> changes) {
    TextGrid grid = new TextGrid(SIDES);
    grid.heading(
        List.of(
            List.of("scenario"),
            List.of("variant"),
            List.of("contender"),
            List.of("metric"),
            List.of("old"),
            List.of("new"),
            List.of("change %"),
            List.of("verdict")));
    for (Change change : changes) {
      Row row = change.now();
      grid.line(
          List.of(
              row.scenario(),
              row.variant(),
              row.contender(),
              heading(row.metric()),
              figure(change.old()),
              figure(row),
              change.percent(),
              change.verdict().toString()));
    }
    return grid + "\n  " + counts(changes) + "\n";
  }

  private static String heading(Metric metric) {
    return metric.unit().isEmpty() ? metric.name() : metric.name() + " [" + metric.unit() + "]";
  }

  private static String figure(Row row) {
    return row.isMeasured() ? Figures.withSpread(row) : "none";
  }

  /// `2 better, 1 worse, 7 same`.
  private static String counts(List<Change> changes) {
    return Arrays.stream(Verdict.values())
        .map(verdict -> {
          long count = changes.stream().filter(it -> it.verdict() == verdict).count();
          return count == 0
              ? ""
              : count + " " + (verdict == Verdict.UNKNOWN ? "without a figure" : verdict);
        })
        .filter(text -> !text.isEmpty())
        .collect(joining(", "));
  }

  /// Figures of other sizes, goals or targets tell those apart, not the versions.
  private static String commands(String old, String now) {
    String before = COMPARED.matcher(old).replaceAll("");
    String after = COMPARED.matcher(now).replaceAll("");
    return before.equals(after)
        ? ""
        : "the commands differ: it was %s, it is %s\n".formatted(before, after);
  }

  /// Figures of two machines tell the machines apart, not the versions.
  private static String differences(Map<String, String> old, Map<String, String> now) {
    Set<String> keys = new LinkedHashSet<>(old.keySet());
    keys.addAll(now.keySet());
    return keys.stream()
        .filter(key -> !old.getOrDefault(key, "-").equals(now.getOrDefault(key, "-")))
        .map(key ->
            "the machines differ: %s was %s, is %s\n"
                .formatted(key, old.getOrDefault(key, "-"), now.getOrDefault(key, "-")))
        .collect(joining());
  }

  private static String onlyIn(String which, Map<Row.Cell, Row> here, Map<Row.Cell, Row> there) {
    String rows =
        here.entrySet().stream()
            .filter(it -> !there.containsKey(it.getKey()))
            .map(it -> "  " + it.getKey() + ": " + figure(it.getValue()) + "\n")
            .collect(joining());
    return rows.isEmpty() ? "" : "\nonly in the " + which + " results:\n" + rows;
  }
}
