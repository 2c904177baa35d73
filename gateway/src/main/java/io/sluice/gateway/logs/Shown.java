package io.sluice.gateway.logs;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Values and texts as a line shows them: of a bounded length, without what looks like a secret,
/// wherever it came from, and without halves of surrogate pairs, for which some readers of JSON
/// refuse the whole line. Pure.
///
/// Our own lines hold no secrets; what libraries and their exceptions say is theirs.
final class Shown {
  /// Characters of a value.
  static final int VALUE = 8 << 10;

  /// Characters of a phrase with what it says: a dump of all threads has 64 KiB.
  static final int MESSAGE = 96 << 10;

  /// Characters of an exception with its stack and causes.
  static final int STACK = 32 << 10;

  private static final String HIDDEN = "***";
  private static final int REPLACEMENT = 0xfffd;

  /// A JSON web token: the first part of each begins with `{"`. Only at the beginning of a word, so
  /// that looking for it takes linear time.
  private static final Pattern TOKEN =
      Pattern.compile("(?<![\\w-])eyJ[\\w-]{4,}+\\.[\\w-]++(?:\\.[\\w-]*+)?");

  /// What stands before the host of a URL.
  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]{1,512}@");

  private static final Pattern PASSWORD =
      Pattern.compile("(assword[\"']?\\s?[=:]\\s?)(?:\"[^\"]*+\"|'[^']*+'|[^\\s,;}'\"]++)");

  private Shown() {}

  /// A value, as text; what cannot be had as text is its class.
  static String value(@Nullable Object value) {
    return text(raw(value), VALUE);
  }

  private static String raw(@Nullable Object value) {
    try {
      return value instanceof Object[] many ? Arrays.deepToString(many) : String.valueOf(value);
    } catch (RuntimeException e) {
      return "(" + e.getClass().getName() + ")";
    }
  }

  /// A text of at most so many characters.
  static String text(@Nullable String text, int most) {
    if (text == null) {
      return "null";
    }
    String shown = text;
    if (shown.contains("eyJ")) {
      shown = TOKEN.matcher(shown).replaceAll(HIDDEN);
    }
    if (shown.contains("://")) {
      shown = USER_INFO.matcher(shown).replaceAll("://" + HIDDEN + "@");
    }
    if (shown.contains("assword")) {
      shown = PASSWORD.matcher(shown).replaceAll("$1" + HIDDEN);
    }
    return whole(shown.length() <= most ? shown : shown.substring(0, most) + "…");
  }

  /// Halves of pairs, which are no characters, become U+FFFD; one may be where a text was cut.
  private static String whole(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c ->
            whole.appendCodePoint(Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c));
    return whole.toString();
  }

  /// Without anything that could begin a line or steer a terminal.
  static String oneLine(String text) {
    return text.chars().noneMatch(Shown::isControl) ? text : escaped(text, "\\n", "\\t");
  }

  /// The same, but with its line breaks: whatever follows one begins with a tab, so that it cannot
  /// pass for a line of its own.
  static String continued(String text) {
    return text.chars().noneMatch(Shown::isControl) ? text : escaped(text, "\n\t", "\t");
  }

  private static String escaped(String text, String lineBreak, String tab) {
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        shown.append(lineBreak);
      } else if (c == '\t') {
        shown.append(tab);
      } else if (isControl(c)) {
        shown.append("\\u%04x".formatted((int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /// Those of ASCII and Latin-1, the two of Unicode that separate lines, and those that turn the
  /// direction of what follows.
  private static boolean isControl(int c) {
    return Character.isISOControl(c)
        || c == '\u2028'
        || c == '\u2029'
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u202a' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
