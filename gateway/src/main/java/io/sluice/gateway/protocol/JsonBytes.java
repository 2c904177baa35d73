package io.sluice.gateway.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array that JSON is written into, as UTF-8. Not thread-safe.
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

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
    return ascii(Long.toString(value));
  }

  /// A JSON value as it is, without the raw line breaks that may stand between its tokens: a line
  /// break ends a message.
  JsonBytes raw(byte[] json) {
    room(json.length);
    for (byte b : json) {
      if (b != '\n' && b != '\r') {
        buf[n++] = b;
      }
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
    for (byte b : utf8) {
      if (b == '"' || b == '\\') {
        room(2);
        buf[n++] = '\\';
        buf[n++] = b;
      } else if (b >= 0 && b < 0x20) {
        control(b);
      } else {
        room(1);
        buf[n++] = b;
      }
    }
    room(1);
    buf[n++] = '"';
    return this;
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
