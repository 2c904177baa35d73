package io.sluice.gateway.delta;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Applies patches as a client does, and checks everything that may be checked.
public final class FossilPatch {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";

  private final byte[] base;
  private final byte[] patch;
  private int at;

  private FossilPatch(byte[] base, byte[] patch) {
    this.base = base;
    this.patch = patch;
  }

  /// The target.
  ///
  /// @throws IllegalArgumentException when the patch is none of this base's
  public static byte[] apply(byte[] base, byte[] patch) {
    return new FossilPatch(base, patch).apply();
  }

  private byte[] apply() {
    long length = number();
    expect('\n');
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (true) {
      long number = number();
      char command = next();
      switch (command) {
        case '@' -> {
          int from = Math.toIntExact(number());
          expect(',');
          out.writeBytes(Arrays.copyOfRange(base, from, in(base, from + number)));
        }
        case ':' -> {
          int end = in(patch, at + number);
          out.writeBytes(Arrays.copyOfRange(patch, at, end));
          at = end;
        }
        case ';' -> {
          byte[] target = out.toByteArray();
          if (at != patch.length || target.length != length || number != checksum(target)) {
            throw new IllegalArgumentException(
                "%d of %d bytes, checksum %d".formatted(target.length, length, number));
          }
          return target;
        }
        default -> throw new IllegalArgumentException("a command '" + command + "'");
      }
    }
  }

  private static int in(byte[] bytes, long end) {
    if (end > bytes.length) {
      throw new IllegalArgumentException("beyond the end: " + end);
    }
    return (int) end;
  }

  private static long checksum(byte[] target) {
    byte[] words = Arrays.copyOf(target, (target.length + 3) / 4 * 4);
    long sum = 0;
    for (int i = 0; i < words.length; i += 4) {
      sum += java.nio.ByteBuffer.wrap(words).getInt(i);
    }
    return sum & 0xffff_ffffL;
  }

  private char next() {
    return (char) patch[at++];
  }

  private void expect(char c) {
    if (next() != c) {
      throw new IllegalArgumentException("no '" + c + "' at " + (at - 1));
    }
  }

  private long number() {
    long number = 0;
    int from = at;
    while (DIGITS.indexOf(patch[at]) >= 0) {
      number = (number << 6) | DIGITS.indexOf(patch[at++]);
    }
    if (at == from) {
      throw new IllegalArgumentException("no number at " + at);
    }
    return number;
  }
}
