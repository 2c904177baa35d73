package io.sluice.gateway.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds how far text needs no change to stand in JSON, eight bytes at a time. Pure.
final class Stretches {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = 0x8080808080808080L;
  private static final long LINE_FEEDS = '\n' * ONES;
  private static final long RETURNS = '\r' * ONES;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES = ' ' * ONES;

  private Stretches() {}

  /// Where the first raw line break stands from `start` on; the end, when there is none.
  static int toLineBreak(byte[] text, int start) {
    int i = start;
    while (i <= text.length - Long.BYTES) {
      long eight = (long) EIGHT.get(text, i);
      if ((zeroIn(eight ^ LINE_FEEDS) | zeroIn(eight ^ RETURNS)) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    while (i < text.length && text[i] != '\n' && text[i] != '\r') {
      i++;
    }
    return i;
  }

  /// Where the first byte stands from `start` on that a JSON string escapes (RFC 8259 §7); the end,
  /// when there is none.
  static int toEscape(byte[] text, int start) {
    int i = start;
    while (i <= text.length - Long.BYTES) {
      long eight = (long) EIGHT.get(text, i);
      long control = (eight - SPACES) & ~eight & TOPS;
      if ((control | zeroIn(eight ^ QUOTES) | zeroIn(eight ^ BACKSLASHES)) != 0) {
        break;
      }
      i += Long.BYTES;
    }
    while (i < text.length && !escaped(text[i])) {
      i++;
    }
    return i;
  }

  /// How long a text is as a JSON string, quotes included.
  static int stringLength(byte[] text) {
    int length = text.length + 2;
    for (int i = toEscape(text, 0); i < text.length; i = toEscape(text, i + 1)) {
      length +=
          switch (text[i]) {
            case '"', '\\', '\n', '\r', '\t' -> 1;
            default -> 5;
          };
    }
    return length;
  }

  private static boolean escaped(byte b) {
    return b == '"' || b == '\\' || (b >= 0 && b < ' ');
  }

  /// Not 0 when one of the eight bytes is 0.
  private static long zeroIn(long eight) {
    return (eight - ONES) & ~eight & TOPS;
  }
}
