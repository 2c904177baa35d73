package io.sluice.gateway.delta;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A patch as it is written: the target's length and a line feed, then commands, then the target's
/// checksum and `;`. `N:` and N bytes are a literal, `N@P,` copies N bytes of the base from P on.
/// What is longer than allowed is given up. Reusable; not thread-safe.
final class PatchBytes {
  private static final byte[] DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
          .getBytes(StandardCharsets.US_ASCII);

  private byte[] buf = new byte[256];
  private int n;
  private int limit;
  private boolean over;

  /// Begins a patch.
  ///
  /// @param longest above this many bytes it is given up
  void begin(int length, int longest) {
    n = 0;
    limit = longest;
    over = false;
    number(length);
    put((byte) '\n');
  }

  /// Whether it grew too long; what is written from now on is of no interest.
  boolean over() {
    return over;
  }

  void literal(byte[] from, int start, int end) {
    int count = end - start;
    if (count > 0) {
      number(count);
      put((byte) ':');
      if (room(count)) {
        System.arraycopy(from, start, buf, n, count);
        n += count;
      }
    }
  }

  void copy(int count, int from) {
    number(count);
    put((byte) '@');
    number(from);
    put((byte) ',');
  }

  /// Bytes that a copy takes.
  static int copyLength(int count, int from) {
    return digits(count) + digits(from) + 2;
  }

  /// Ends the patch.
  ///
  /// @return nothing when it grew too long
  byte[] end(byte[] target) {
    number(checksum(target));
    put((byte) ';');
    return over ? FossilDelta.NONE : Arrays.copyOf(buf, n);
  }

  /// The sum of the target's words, big-endian, the last filled up with zeros.
  static int checksum(byte[] target) {
    int sum = 0;
    for (int i = 0; i < target.length; i++) {
      sum += (target[i] & 0xff) << (24 - 8 * (i & 3));
    }
    return sum;
  }

  private boolean room(int more) {
    over |= more > limit - n;
    if (!over && buf.length - n < more) {
      buf = Arrays.copyOf(buf, Math.max(2 * buf.length, n + more));
    }
    return !over;
  }

  private void put(byte b) {
    if (room(1)) {
      buf[n++] = b;
    }
  }

  private static int digits(int unsigned) {
    return Math.max(1, (37 - Integer.numberOfLeadingZeros(unsigned)) / 6);
  }

  private void number(int unsigned) {
    for (int shift = 6 * (digits(unsigned) - 1); shift >= 0; shift -= 6) {
      put(DIGITS[(unsigned >>> shift) & 63]);
    }
  }
}
