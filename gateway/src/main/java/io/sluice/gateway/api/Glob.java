package io.sluice.gateway.api;

import java.util.function.Predicate;

/// Patterns for channels' names: `*` is any text, `?` any one character, `\` takes away a meaning.
/// The classes and alternatives of other glob dialects (`[`, `{`) are refused, so that nobody takes
/// "nothing found" for an answer. Immutable; for any thread.
final class Glob implements Predicate<String> {
  static final int LONGEST = 255;

  /// Stand for the special characters, outside of Unicode's characters.
  private static final char ANY_TEXT = '\uffff';

  private static final char ANY_ONE = '\ufffe';

  private final char[] pattern;

  private Glob(char[] pattern) {
    this.pattern = pattern;
  }

  /// @param pattern "" matches everything
  /// @throws IllegalArgumentException telling what is wrong with it
  static Glob parse(String pattern) {
    if (pattern.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a pattern of %d characters is longer than %d".formatted(pattern.length(), LONGEST));
    }
    StringBuilder out = new StringBuilder(pattern.isEmpty() ? "" + ANY_TEXT : "");
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '*' -> out.append(ANY_TEXT);
        case '?' -> out.append(ANY_ONE);
        case '[', '{' ->
            throw new IllegalArgumentException(
                "a pattern has only '*' and '?'; write \\" + c + " for that character");
        case '\\' -> {
          i++;
          if (i == pattern.length()) {
            throw new IllegalArgumentException("a pattern cannot end with '\\'");
          }
          out.append(pattern.charAt(i));
        }
        default -> out.append(c);
      }
    }
    return new Glob(out.toString().toCharArray());
  }

  /// Goes back only to the last `*`, so the cost is at most length times length.
  @Override
  public boolean test(String name) {
    int p = 0;
    int star = -1;
    int resume = 0;
    int n = 0;
    while (n < name.length()) {
      if (p < pattern.length && pattern[p] == ANY_TEXT) {
        star = p++;
        resume = n;
      } else if (p < pattern.length && (pattern[p] == ANY_ONE || pattern[p] == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == ANY_TEXT) {
      p++;
    }
    return p == pattern.length;
  }
}
