package io.sluice.perf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was tried, as a table for people: who × what. A cell that was not tried says why, below the
/// table; nothing is left out in silence. For one thread at a time.
final class Matrix {
  private static final String OK = "ok";
  private static final String FAILED = "FAILED";

  private final String title;
  private final Set<String> all = new LinkedHashSet<>();
  private final Map<String, Map<String, String>> lines = new LinkedHashMap<>();
  private final Map<String, String> fillings = new LinkedHashMap<>();
  private final List<String> reasons = new ArrayList<>();

  Matrix(String title) {
    this.title = title;
  }

  synchronized void ok(String what, String who) {
    put(what, who, OK);
  }

  synchronized void failed(String what, String who) {
    put(what, who, FAILED);
  }

  /// @param reason why it was not tried
  synchronized void skipped(String what, String who, String reason) {
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
    put(what, who, mark(reasons.indexOf(reason)));
  }

  /// Gives a reason for everything that this one has not tried, now or when the table is printed.
  /// The first reason stays.
  synchronized void fill(String who, String reason) {
    lines.computeIfAbsent(who, _ -> new LinkedHashMap<>());
    fillings.putIfAbsent(who, reason);
  }

  private void put(String what, String who, String cell) {
    all.add(what);
    lines.computeIfAbsent(who, _ -> new LinkedHashMap<>()).put(what, cell);
  }

  private static String mark(int reason) {
    return "- (%d)".formatted(reason + 1);
  }

  /// A line for each who; what was tried is numbered, since its names are long.
  @Override
  public synchronized String toString() {
    List<String> names = List.copyOf(all);
    fillings.forEach((who, reason) ->
        names.stream()
            .filter(what -> !lines.getOrDefault(who, Map.of()).containsKey(what))
            .forEach(what -> skipped(what, who, reason)));
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder table = new StringBuilder(title);
    for (int i = 0; i < names.size(); i++) {
      table.append("%n  %2d  %s".formatted(i + 1, names.get(i)));
    }
    table.append("%n%s".formatted(" ".repeat(width)));
    for (int i = 0; i < names.size(); i++) {
      table.append(" %6d".formatted(i + 1));
    }
    lines.forEach((who, cells) -> {
      table.append("%n%s%s".formatted(who, " ".repeat(width - who.length())));
      names.forEach(what -> table.append(" %6s".formatted(cells.getOrDefault(what, "?"))));
    });
    for (int i = 0; i < reasons.size(); i++) {
      table.append("%n%s: %s".formatted(mark(i), reasons.get(i)));
    }
    return table.toString();
  }
}
