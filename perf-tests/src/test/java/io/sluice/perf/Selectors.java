package io.sluice.perf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What expressions of PromQL ask of labels, each alternative by itself: of `x{a="1",b=~"u|v"}`
/// both `x{a="1",b=~"u"}` and `x{a="1",b=~"v"}`. A value that no node shows is found so, also where
/// another one beside it is there. Pure.
///
/// Knows as much of PromQL as alerts and the dashboard need: a dashboard's variables are left out,
/// and so are selectors with nothing else; regular expressions with parentheses are taken whole.
final class Selectors {
  private static final Pattern SELECTOR = Pattern.compile("\\b([a-zA-Z_:][\\w:]*)\\{([^}]*)\\}");
  private static final Pattern MATCHER =
      Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  private Selectors() {}

  /// All of them, each once.
  ///
  /// @param but names of metrics that are left out
  static SortedSet<String> of(Collection<String> expressions, Set<String> but) {
    SortedSet<String> all = new TreeSet<>();
    for (String expression : expressions) {
      Matcher found = SELECTOR.matcher(expression);
      while (found.find()) {
        if (!but.contains(found.group(1))) {
          all.addAll(each(found.group(1), found.group(2)));
        }
      }
    }
    return all;
  }

  private static List<String> each(String metric, String matchers) {
    List<List<String>> sets = List.of(List.of());
    for (MatchResult matcher : MATCHER.matcher(matchers).results().toList()) {
      if (!matcher.group(3).contains("$")) {
        List<List<String>> longer = new ArrayList<>();
        for (List<String> set : sets) {
          for (String value : values(matcher.group(2), matcher.group(3))) {
            List<String> one = new ArrayList<>(set);
            one.add("%s%s\"%s\"".formatted(matcher.group(1), matcher.group(2), value));
            longer.add(one);
          }
        }
        sets = longer;
      }
    }
    return sets.stream()
        .filter(set -> !set.isEmpty())
        .map(set -> set.stream().collect(Collectors.joining(",", metric + "{", "}")))
        .toList();
  }

  private static List<String> values(String operator, String value) {
    return operator.equals("=~") && !value.contains("(")
        ? List.of(value.split("\\|", -1))
        : List.of(value);
  }
}
