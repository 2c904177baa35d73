package io.sluice.perf.stress;

import io.sluice.perf.report.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a goal was reached, as Gatling says.
///
/// @param goal which
/// @param bound of it
/// @param actual what was measured, in the goal's unit: the worst where it is about several
///   requests; empty with a reason in `why` where there was nothing to measure
/// @param why for people, where there is no figure, or it is not the reason of a miss
/// @param holds whether it was reached
record Verdict(Goal goal, double bound, List<Double> actual, String why, boolean holds) {
  /// As Gatling prints what became of an assertion.
  private static final Pattern ASSERTION =
      Pattern.compile("^.* : (true|false) \\((actual : )?(.*)\\)$");

  /// What Gatling says where no request had the name.
  private static final String NOTHING = "Could not find stats";

  Verdict {
    actual = List.copyOf(actual);
  }

  /// Reads what Gatling printed.
  ///
  /// @param goals in the order in which Gatling was told of them
  /// @param nodes how many there are
  /// @throws IllegalArgumentException when there are not as many results as assertions
  static List<Verdict> read(Goals goals, int nodes, List<String> printed) {
    List<Matcher> results =
        printed.stream().map(ASSERTION::matcher).filter(Matcher::matches).toList();
    int wanted = goals.assertions(nodes).size();
    if (results.size() != wanted) {
      throw new IllegalArgumentException(
          "Gatling tells of %d assertions, not of %d".formatted(results.size(), wanted));
    }
    List<Verdict> all = new ArrayList<>();
    int next = 0;
    for (var goal : goals.bounds().entrySet()) {
      int many = goal.getKey().assertions(goal.getValue(), nodes).size();
      all.add(of(goal.getKey(), goal.getValue(), results.subList(next, next + many)));
      next += many;
    }
    return List.copyOf(all);
  }

  private static Verdict of(Goal goal, double bound, List<Matcher> results) {
    List<Double> figures = new ArrayList<>();
    String why = "";
    boolean holds = true;
    for (Matcher result : results) {
      boolean well = Boolean.parseBoolean(result.group(1));
      holds &= well;
      if (result.group().startsWith(Measures.LOOK)) {
        why = well ? why : "%s %% of the looks at nodes had no answer".formatted(result.group(3));
      } else if (result.group(2) == null) {
        why = result.group(3).startsWith(NOTHING) ? "there was none" : result.group(3);
      } else {
        figures.add(Double.parseDouble(result.group(3)));
      }
    }
    List<Double> worst = figures.isEmpty() ? List.of() : List.of(goal.worst(figures));
    return new Verdict(goal, bound, worst, why, holds);
  }

  /// `delivery-p99 <= 50ms: 61ms`.
  @Override
  public String toString() {
    return goal.text(bound) + ": " + measured();
  }

  /// With its unit.
  String measured() {
    if (actual.isEmpty()) {
      return why;
    }
    return goal.amount(actual.getFirst()) + (holds || why.isEmpty() ? "" : "; " + why);
  }

  /// A figure, to be compared with that of another run.
  Row row(StressScenario scenario) {
    return new Row(
        scenario.label(),
        "",
        "Sluice",
        goal.metric(),
        actual,
        (holds ? "goal: " : "missed: ") + goal.text(bound) + (why.isEmpty() ? "" : "; " + why));
  }

  /// Those that do not hold, for one line.
  static List<Verdict> missed(List<Verdict> all) {
    return all.stream().filter(it -> !it.holds()).toList();
  }
}
