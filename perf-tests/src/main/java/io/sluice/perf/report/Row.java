package io.sluice.perf.report;

import java.util.Collections;
import java.util.List;

/// One cell of the tables: one figure of one contender in one scenario, a value a round.
///
/// @param scenario title of the table
/// @param variant what is varied within the scenario, such as `1,000 connections`; may be empty
/// @param contender who was measured; [Contenders#FLOOR] is the machine's own limit
/// @param metric of what
/// @param rounds one finite value a round, in the metric's unit; empty only when the note says why
/// @param note for people: why there are no rounds, or what to know about them; may be empty
public record Row(
    String scenario,
    String variant,
    String contender,
    Metric metric,
    List<Double> rounds,
    String note) {
  public Row {
    rounds = List.copyOf(rounds);
    if (scenario.isBlank() || contender.isBlank()) {
      throw new IllegalArgumentException("a row needs a scenario and a contender");
    }
    Cell cell = new Cell(scenario, variant, contender, metric.name(), metric.unit());
    if (rounds.isEmpty() && note.isBlank()) {
      throw new IllegalArgumentException("'" + cell + "' has neither rounds nor a note why");
    }
    for (double round : rounds) {
      if (!Double.isFinite(round)) {
        throw new IllegalArgumentException("'" + cell + "' has a round of " + round);
      }
    }
  }

  /// A cell that is to be measured one day.
  public static Row notYet(String scenario, String variant, String contender, Metric metric) {
    return new Row(scenario, variant, contender, metric, List.of(), "not yet");
  }

  /// Whether there is a figure at all. Without one, the four below throw.
  public boolean isMeasured() {
    return !rounds.isEmpty();
  }

  /// The middle one; of an even count, the mean of the two middle ones.
  public double median() {
    requireRounds();
    List<Double> sorted = rounds.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /// The lowest round.
  public double min() {
    requireRounds();
    return Collections.min(rounds);
  }

  /// The highest round.
  public double max() {
    requireRounds();
    return Collections.max(rounds);
  }

  /// From the lowest round to the highest, as a share of the median: 0.04 is 4 %. Zero for a single
  /// round, infinite where rounds differ around a median of zero.
  public double spread() {
    double range = max() - min();
    return range == 0 ? 0 : range / Math.abs(median());
  }

  Cell cell() {
    return new Cell(scenario, variant, contender, metric.name(), metric.unit());
  }

  private void requireRounds() {
    if (rounds.isEmpty()) {
      throw new IllegalStateException("'" + cell() + "' has no figure: " + note);
    }
  }

  /// What makes two rows, also of two runs, rows about the same.
  record Cell(String scenario, String variant, String contender, String metric, String unit) {
    @Override
    public String toString() {
      return String.join(", ", scenario, variant.isEmpty() ? "-" : variant, contender, metric)
          + (unit.isEmpty() ? "" : " [" + unit + "]");
    }
  }
}
