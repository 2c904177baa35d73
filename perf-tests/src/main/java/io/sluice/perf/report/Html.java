package io.sluice.perf.report;

import java.util.Locale;

/// The smallest pieces of a page.
public final class Html {
  private Html() {}

  /// Text for the inside of an element or of a quoted attribute.
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /// A coordinate, a percentage or another figure, to a tenth.
  public static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
