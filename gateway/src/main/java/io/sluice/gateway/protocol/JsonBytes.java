package io.sluice.gateway.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array that JSON is written into, as UTF-8. What needs no change is copied in stretches
/// ([Stretches]). Not thread-safe.
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /// Digits of the largest `long`.
  private static final int LONGEST_NUMBER = 19;

  private byte[] buf;
  private int n;

  JsonBytes(int capacity) {
    buf = new byte[capacity];
  }

  byte[] toArray() {
    return n == buf.length ? buf : Arrays.copyOf(buf, n);
  }

  private void room(int more) {
    if (buf.length - n < more) {
      buf = Arrays.copyOf(buf, Math.max(buf.length * 2, Math.addExact(n, more)));
    }
  }

  /// Plain ASCII, as it is.
  JsonBytes ascii(String text) {
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      buf[n++] = (byte) text.charAt(i);
    }
    return this;
  }

  JsonBytes number(long value) {
    if (value < 0) {
      return ascii(Long.toString(value));
    }
    room(LONGEST_NUMBER);
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    n += digits;
    long rest = value;
    for (int i = n - 1; i >= n - digits; i--) {
      buf[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return this;
  }

  /// A JSON value as it is, without the raw line breaks that may stand between its tokens: a line
  /// break ends a message.
  JsonBytes raw(byte[] json) {
    room(json.length);
    for (int i = 0; i < json.length; i++) {
      i = copy(json, i, Stretches.toLineBreak(json, i));
    }
    return this;
  }

  /// A JSON string.
  JsonBytes string(String text) {
    return string(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A JSON string of UTF-8 bytes.
  JsonBytes string(byte[] utf8) {
    room(utf8.length + 2);
    buf[n++] = '"';
    for (int i = 0; i < utf8.length; i++) {
      int end = Stretches.toEscape(utf8, i);
      room(end - i + 1);
      i = copy(utf8, i, end);
      if (end < utf8.length) {
        escape(utf8[end]);
      }
    }
    room(1);
    buf[n++] = '"';
    return this;
  }

  /// @return where it ended
  private int copy(byte[] from, int start, int end) {
    System.arraycopy(from, start, buf, n, end - start);
    n += end - start;
    return end;
  }

  private void escape(byte b) {
    if (b == '"' || b == '\\') {
      room(2);
      buf[n++] = '\\';
      buf[n++] = b;
    } else {
      control(b);
    }
  }

  private void control(byte b) {
    room(6);
    buf[n++] = '\\';
    switch (b) {
      case '\n' -> buf[n++] = 'n';
      case '\r' -> buf[n++] = 'r';
      case '\t' -> buf[n++] = 't';
      default -> {
        buf[n++] = 'u';
        buf[n++] = '0';
        buf[n++] = '0';
        buf[n++] = HEX[b >> 4];
        buf[n++] = HEX[b & 15];
      }
    }
  }
}
