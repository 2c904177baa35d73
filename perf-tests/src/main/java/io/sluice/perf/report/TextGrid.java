package io.sluice.perf.report;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Columns of plain text, each as wide as it must be. One thread.
final class TextGrid {
  private static final String GAP = "  ";

  private final List<Side> sides;
  private final List<List<String>> lines = new ArrayList<>();

  TextGrid(List<Side> sides) {
    this.sides = List.copyOf(sides);
  }

  /// Where a column's texts begin or end.
  enum Side {
    LEFT,
    RIGHT
  }

  /// A heading of several lines a column, which stand on the rule below them.
  void heading(List<List<String>> cells) {
    int height = cells.stream().mapToInt(List::size).max().orElse(0);
    for (int i = height; i > 0; i--) {
      int fromBelow = i;
      line(
          cells.stream()
              .map(it -> fromBelow > it.size() ? "" : it.get(it.size() - fromBelow))
              .toList());
    }
    lines.add(List.of());
  }

  void line(List<String> cells) {
    if (cells.size() != sides.size()) {
      throw new IllegalArgumentException(cells.size() + " cells in " + sides.size() + " columns");
    }
    lines.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    List<Integer> widths = IntStream.range(0, sides.size()).mapToObj(this::width).toList();
    int whole = widths.stream().mapToInt(it -> it + GAP.length()).sum() - GAP.length();
    return lines.stream()
        .map(line -> line.isEmpty() ? "-".repeat(whole) : text(line, widths))
        .map(text -> GAP + text + "\n")
        .collect(joining());
  }

  private int width(int column) {
    return lines.stream()
        .filter(line -> !line.isEmpty())
        .mapToInt(line -> line.get(column).length())
        .max()
        .orElse(0);
  }

  private String text(List<String> line, List<Integer> widths) {
    return IntStream.range(0, line.size())
        .mapToObj(i -> padded(line.get(i), widths.get(i), sides.get(i)))
        .collect(joining(GAP))
        .stripTrailing();
  }

  private static String padded(String text, int width, Side side) {
    String space = " ".repeat(width - text.length());
    return switch (side) {
      case LEFT -> text + space;
      case RIGHT -> space + text;
    };
  }
}
