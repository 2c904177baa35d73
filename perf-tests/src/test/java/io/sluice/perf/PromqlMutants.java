package io.sluice.perf;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Expressions that differ from one in a single place, as somebody may get them wrong: a number or
/// a window twice or half as large, a comparison turned, made strict or not strict, or left out, an
/// operand of `and`, `or` and `unless` left out, another aggregation, a label or a matcher less.
///
/// Knows as much of PromQL as alerts need: no `bool`, or strings in ''. A subquery's step and an
/// offset are windows, too.
final class PromqlMutants {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*\"|\\d+(?:ms|[smhdw])|\\d+(?:\\.\\d+)?|[A-Za-z_]\\w*"
              + "|=~|!~|[=!<>]=|\\S");
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");
  private static final Pattern WINDOW = Pattern.compile("\\d+[smh]");

  private static final Map<String, List<String>> COMPARISONS =
      Map.of(
          "==", List.of("!="),
          "!=", List.of("=="),
          ">", List.of("<", ">="),
          ">=", List.of("<=", ">"),
          "<", List.of(">", "<="),
          "<=", List.of(">=", "<"));
  private static final Map<String, String> AGGREGATIONS =
      Map.of("sum", "max", "max", "min", "min", "max");
  private static final Set<String> SETS = Set.of("and", "or", "unless");
  private static final Set<String> LABELS = Set.of("by", "without", "on", "ignoring");

  private record Token(String text, int start, int end) {}

  private final String expression;
  private final List<Token> tokens;
  private final Map<String, String> found = new LinkedHashMap<>();

  private PromqlMutants(String expression) {
    this.expression = expression;
    this.tokens =
        TOKEN
            .matcher(expression)
            .results()
            .map(it -> new Token(it.group(), it.start(), it.end()))
            .toList();
  }

  /// All of them by what is different, such as `5m → 600s`, the second of the kind `5m → 600s (2)`.
  static Map<String, String> of(String expression) {
    PromqlMutants mutants = new PromqlMutants(expression);
    for (int i = 0; i < mutants.tokens.size(); i++) {
      mutants.mutate(i);
    }
    return mutants.found;
  }

  /// A duration of whole seconds, such as `5m`, twice and half as long.
  static List<String> twiceAndHalf(String duration) {
    Duration length = Duration.parse("PT" + duration.toUpperCase(Locale.ROOT));
    return List.of(length.multipliedBy(2).toSeconds() + "s", length.dividedBy(2).toSeconds() + "s");
  }

  private void mutate(int i) {
    String text = text(i);
    if (WINDOW.matcher(text).matches()) {
      twiceAndHalf(text).forEach(other -> replace(i, other));
    } else if (NUMBER.matcher(text).matches()) {
      otherNumbers(new BigDecimal(text)).forEach(other -> replace(i, other));
    } else if (COMPARISONS.containsKey(text)) {
      COMPARISONS.getOrDefault(text, List.of()).forEach(other -> replace(i, other));
      leaveOutComparison(i);
    } else if (SETS.contains(text)) {
      leaveOutOperand(i);
    } else if (LABELS.contains(text)) {
      leaveOutLabels(i);
    } else if (text.equals("{")) {
      leaveOutMatchers(i);
    } else if (AGGREGATIONS.containsKey(text)) {
      replace(i, AGGREGATIONS.getOrDefault(text, text));
    }
  }

  private static List<String> otherNumbers(BigDecimal number) {
    return number.signum() == 0
        ? List.of("1")
        : List.of(
            plain(number.multiply(BigDecimal.TWO)), plain(number.multiply(new BigDecimal("0.5"))));
  }

  private static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  /// Where the right side is a number: `x > 5` becomes `x`.
  private void leaveOutComparison(int i) {
    if (NUMBER.matcher(text(i + 1)).matches()
        && (i + 2 == tokens.size() || text(i + 2).equals(")") || SETS.contains(text(i + 2)))) {
      change(tokens.get(i - 1).end(), tokens.get(i + 1).end(), "");
    }
  }

  private void leaveOutOperand(int i) {
    boolean loose = text(i).equals("or");
    int from = i - 1;
    for (int depth = 0; from >= 0; from--) {
      depth += isClosing(from) ? 1 : isOpening(from) ? -1 : 0;
      if (depth < 0 || (depth == 0 && !loose && text(from).equals("or"))) {
        break;
      }
    }
    from++;
    int right = afterModifier(i + 1);
    int to = right;
    for (int depth = 0; to < tokens.size(); to++) {
      depth += isOpening(to) ? 1 : isClosing(to) ? -1 : 0;
      if (depth < 0 || (depth == 0 && (loose ? text(to).equals("or") : SETS.contains(text(to))))) {
        break;
      }
    }
    int start = tokens.get(from).start();
    int end = tokens.get(to - 1).end();
    add("no right side of " + text(i), start, end, between(from, i));
    if (!text(i).equals("unless")) {
      add("no left side of " + text(i), start, end, between(right, to));
    }
  }

  private void leaveOutLabels(int i) {
    int close = closing(i + 1);
    List<String> labels = new ArrayList<>();
    for (int label = i + 2; label < close; label += 2) {
      labels.add(text(label));
    }
    for (String gone : labels) {
      String rest =
          labels.stream().filter(it -> !it.equals(gone)).collect(Collectors.joining(", "));
      change(tokens.get(i).start(), tokens.get(close).end(), text(i) + " (" + rest + ")");
    }
  }

  private void leaveOutMatchers(int i) {
    int close = closing(i);
    for (int at = i + 1; at < close; at += 4) {
      boolean last = at + 3 >= close;
      int from = last && at > i + 1 ? tokens.get(at - 1).start() : tokens.get(at).start();
      change(from, tokens.get(last ? at + 2 : at + 3).end(), "");
      if (text(at + 1).equals("=~")) {
        leaveOutAlternatives(at + 2);
      }
    }
  }

  private void leaveOutAlternatives(int i) {
    List<String> alternatives = List.of(text(i).replace("\"", "").split("\\|", -1));
    for (String gone : alternatives.size() > 1 ? alternatives : List.<String>of()) {
      String rest =
          alternatives.stream().filter(it -> !it.equals(gone)).collect(Collectors.joining("|"));
      replace(i, '"' + rest + '"');
    }
  }

  private void replace(int i, String by) {
    change(tokens.get(i).start(), tokens.get(i).end(), by);
  }

  private void change(int start, int end, String by) {
    String gone = expression.substring(start, end).strip();
    add(by.isEmpty() ? "no " + gone : gone + " → " + by, start, end, by);
  }

  private void add(String what, int start, int end, String by) {
    String name = what;
    for (int nth = 2; found.containsKey(name); nth++) {
      name = what + " (" + nth + ")";
    }
    found.put(name, expression.substring(0, start) + by + expression.substring(end));
  }

  /// Behind `on (…)` or `ignoring (…)`, where there is one.
  private int afterModifier(int i) {
    return LABELS.contains(text(i)) ? closing(i + 1) + 1 : i;
  }

  private int closing(int opening) {
    int depth = 1;
    int i = opening;
    while (depth > 0) {
      i++;
      depth += isOpening(i) ? 1 : isClosing(i) ? -1 : 0;
    }
    return i;
  }

  private boolean isOpening(int i) {
    return Set.of("(", "[", "{").contains(text(i));
  }

  private boolean isClosing(int i) {
    return Set.of(")", "]", "}").contains(text(i));
  }

  private String between(int from, int to) {
    return expression.substring(tokens.get(from).start(), tokens.get(to - 1).end());
  }

  private String text(int i) {
    return tokens.get(i).text();
  }
}
