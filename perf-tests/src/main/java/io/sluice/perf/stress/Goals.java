package io.sluice.perf.stress;

import static java.util.stream.Collectors.joining;

import io.gatling.javaapi.core.Assertion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a run has to reach.
///
/// @param bounds by goal, in its unit
record Goals(Map<Goal, Double> bounds) {
  Goals {
    bounds = Collections.unmodifiableMap(new EnumMap<>(bounds));
  }

  /// Those of a scenario.
  ///
  /// @param all such as `delivery-p99=50ms`
  static Goals of(List<String> all) {
    return new Goals(new EnumMap<>(Goal.class)).with(all);
  }

  /// With others over them.
  ///
  /// @param others such as `delivery-p99=50ms`
  /// @throws IllegalArgumentException naming what is wrong
  Goals with(List<String> others) {
    Map<Goal, Double> all = new EnumMap<>(Goal.class);
    all.putAll(bounds);
    for (String one : others) {
      String[] parts = one.split("=", 2);
      Goal goal =
          Goal.named(parts[0].strip())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "no goal '%s', there are %s".formatted(parts[0], names())));
      if (parts.length < 2) {
        throw new IllegalArgumentException("'%s': name=value is wanted".formatted(one));
      }
      all.put(goal, goal.read(parts[1]));
    }
    return new Goals(all);
  }

  private static String names() {
    return Arrays.stream(Goal.values()).map(Goal::label).collect(joining(", "));
  }

  /// In the order of the goals, those of one together.
  ///
  /// @param nodes how many there are
  List<Assertion> assertions(int nodes) {
    List<Assertion> all = new ArrayList<>();
    bounds.forEach((goal, bound) -> all.addAll(goal.assertions(bound, nodes)));
    return List.copyOf(all);
  }
}
