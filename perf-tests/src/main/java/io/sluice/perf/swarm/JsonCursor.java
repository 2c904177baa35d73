package io.sluice.perf.swarm;

import java.nio.charset.StandardCharsets;

/// Reads JSON by moving over its bytes: no tree, no text, no garbage. It is only as strict as it
/// must be not to lose its way. For one thread.
final class JsonCursor {
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private int keyFrom;
  private int keyTo;

  /// Begins to read this part of `source`.
  void over(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
  }

  /// Enters an object.
  void enter() {
    space();
    take('{');
  }

  /// Goes to the next key of the object it is in; whoever calls then reads or skips its value.
  ///
  /// @return false at the end of the object, which is left
  boolean nextKey() {
    space();
    if (peek() == ',') {
      at++;
      space();
    }
    if (peek() == '}') {
      at++;
      return false;
    }
    take('"');
    keyFrom = at;
    toQuote();
    keyTo = at - 1;
    space();
    take(':');
    space();
    return true;
  }

  /// Whether the present key is this one.
  boolean keyIs(byte[] name) {
    if (keyTo - keyFrom != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (bytes[keyFrom + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /// A whole number.
  long number() {
    boolean negative = peek() == '-';
    if (negative) {
      at++;
    }
    long value = 0;
    int from = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      value = 10 * value + (bytes[at++] - '0');
    }
    if (at == from) {
      throw wrong("a number");
    }
    return negative ? -value : value;
  }

  /// The number at the end of a text such as `c17`.
  long numberInText() {
    take('"');
    toQuote();
    long value = 0;
    long place = 1;
    int digit = at - 2;
    while (bytes[digit] >= '0' && bytes[digit] <= '9') {
      value += place * (bytes[digit--] - '0');
      place *= 10;
    }
    return value;
  }

  /// Passes over a value of any kind.
  void skip() {
    byte first = peek();
    if (first == '"') {
      at++;
      toQuote();
    } else if (first == '{' || first == '[') {
      skipNested();
    } else {
      while (at < end && bytes[at] != ',' && bytes[at] != '}' && bytes[at] != ']') {
        at++;
      }
    }
  }

  private void skipNested() {
    int depth = 0;
    do {
      byte b = peek();
      at++;
      switch (b) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> toQuote();
        default -> {
          // numbers, words, punctuation
        }
      }
    } while (depth > 0);
  }

  /// From inside a text to behind its end.
  private void toQuote() {
    while (true) {
      byte b = peek();
      at++;
      if (b == '"') {
        return;
      }
      if (b == '\\') {
        at++;
      }
    }
  }

  private void space() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
  }

  private byte peek() {
    if (at >= end) {
      throw wrong("more");
    }
    return bytes[at];
  }

  private void take(char expected) {
    if (peek() != expected) {
      throw wrong("'" + expected + "'");
    }
    at++;
  }

  private IllegalArgumentException wrong(String expected) {
    int from = Math.max(0, Math.min(at, end) - 40);
    String before = new String(bytes, from, Math.min(at, end) - from, StandardCharsets.UTF_8);
    return new IllegalArgumentException("expected " + expected + " after '" + before + "'");
  }
}
