package io.sluice.gateway.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing array that one message of Protocol Buffers is written into. What is zero or empty is
/// left out, as the format has it. Not thread-safe.
final class ProtobufBytes {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int LONGEST_VARINT = 10;

  private byte[] buf;
  private int n;

  ProtobufBytes(int capacity) {
    buf = new byte[capacity];
  }

  /// Bytes so far.
  int size() {
    return n;
  }

  /// The message behind its length, as it stands in a frame.
  byte[] delimited() {
    byte[] out = new byte[length(n) + n];
    int at = put(out, 0, n);
    System.arraycopy(buf, 0, out, at, n);
    return out;
  }

  private void room(int more) {
    if (buf.length - n < more) {
      buf = Arrays.copyOf(buf, Math.max(buf.length * 2, Math.addExact(n, more)));
    }
  }

  private static int length(long varint) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(varint)) / 7);
  }

  private static int put(byte[] out, int from, long varint) {
    int at = from;
    long rest = varint;
    while ((rest & ~0x7fL) != 0) {
      out[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
    return at;
  }

  private void varint(long value) {
    room(LONGEST_VARINT);
    n = put(buf, n, value);
  }

  private void tag(int field, int type) {
    varint((long) field << 3 | type);
  }

  /// A whole number.
  ///
  /// @param value taken without a sign
  ProtobufBytes number(int field, long value) {
    if (value != 0) {
      tag(field, VARINT);
      varint(value);
    }
    return this;
  }

  ProtobufBytes flag(int field, boolean value) {
    return number(field, value ? 1 : 0);
  }

  ProtobufBytes string(int field, String value) {
    return value.isEmpty() ? this : some(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtobufBytes bytes(int field, byte[] value) {
    return value.length == 0 ? this : some(field, value);
  }

  /// A message, which is there even when it is empty.
  ProtobufBytes message(int field, ProtobufBytes message) {
    tag(field, LENGTH);
    varint(message.n);
    room(message.n);
    System.arraycopy(message.buf, 0, buf, n, message.n);
    n += message.n;
    return this;
  }

  private ProtobufBytes some(int field, byte[] value) {
    tag(field, LENGTH);
    varint(value.length);
    room(value.length);
    System.arraycopy(value, 0, buf, n, value.length);
    n += value.length;
    return this;
  }
}
