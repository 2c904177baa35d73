package io.sluice.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A formula of `deploy/docs/sizing.md`, such as `up(a ÷ 1,024) × (b − 1)`: numbers, names of rows,
/// `+ − × ÷`, brackets, and `up` for rounding up. Evaluated once, by one thread.
final class SizingFormula {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(up\\(|[a-z]+(?:-[a-z]+)*|\\d[\\d,]*(?:\\.\\d+)?|[+−×÷()])");

  /// What floating point makes of a whole number is not rounded up.
  private static final double ROUNDING = 1e-9;

  private final String text;
  private final ToDoubleFunction<String> names;
  private final List<String> tokens = new ArrayList<>();
  private int next;

  private SizingFormula(String text, ToDoubleFunction<String> names) {
    this.text = text;
    this.names = names;
    Matcher token = TOKEN.matcher(text);
    int end = 0;
    while (end < text.length()) {
      if (!token.find(end) || token.start() != end) {
        throw new IllegalArgumentException("no formula at " + end + ": " + text);
      }
      tokens.add(token.group(1));
      end = token.end();
    }
  }

  /// Its value.
  ///
  /// @param names gives the values of other rows
  /// @throws IllegalArgumentException when it is none
  static double value(String text, ToDoubleFunction<String> names) {
    SizingFormula formula = new SizingFormula(text.strip(), names);
    double value = formula.sum();
    if (formula.next != formula.tokens.size()) {
      throw new IllegalArgumentException("something is left of a formula: " + text);
    }
    return value;
  }

  /// A number as the page writes it.
  static double number(String text) {
    return Double.parseDouble(text.replace(",", ""));
  }

  private double sum() {
    double value = product();
    while (true) {
      if (takes("+")) {
        value += product();
      } else if (takes("−")) {
        value -= product();
      } else {
        return value;
      }
    }
  }

  private double product() {
    double value = operand();
    while (true) {
      if (takes("×")) {
        value *= operand();
      } else if (takes("÷")) {
        value /= operand();
      } else {
        return value;
      }
    }
  }

  private double operand() {
    if (takes("up(")) {
      return Math.ceil(bracketed() - ROUNDING);
    }
    if (takes("(")) {
      return bracketed();
    }
    if (next == tokens.size()) {
      throw new IllegalArgumentException("a formula ends too soon: " + text);
    }
    String token = tokens.get(next++);
    return Character.isDigit(token.charAt(0)) ? number(token) : names.applyAsDouble(token);
  }

  private double bracketed() {
    double value = sum();
    if (!takes(")")) {
      throw new IllegalArgumentException("a bracket is not closed: " + text);
    }
    return value;
  }

  private boolean takes(String token) {
    if (next < tokens.size() && tokens.get(next).equals(token)) {
      next++;
      return true;
    }
    return false;
  }
}
