package io.sluice.broker;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, so that no setting is a bare `int`. Never negative.
///
/// @param bytes the size in bytes
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,15})\\s*(B|KB|KIB|MB|MIB|GB|GIB)?", Pattern.CASE_INSENSITIVE);

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size cannot be negative: " + bytes);
    }
  }

  /// Binary kilobytes.
  public static ByteSize kib(long n) {
    return new ByteSize(n << 10);
  }

  /// Binary megabytes.
  public static ByteSize mib(long n) {
    return new ByteSize(n << 20);
  }

  /// Reads `65536`, `64KiB`, `1 MiB`; `KB` and `KiB` both mean 1,024 bytes.
  ///
  /// @throws IllegalArgumentException naming the text, when it is no size
  public static ByteSize parse(String text) {
    Matcher m = TEXT.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException("not a size (such as 64KiB or 1MiB): '" + text + "'");
    }
    long n = Long.parseLong(m.group(1));
    String unit = m.group(2) == null ? "B" : m.group(2).toUpperCase(Locale.ROOT);
    return new ByteSize(
        switch (unit.charAt(0)) {
          case 'K' -> Math.multiplyExact(n, 1L << 10);
          case 'M' -> Math.multiplyExact(n, 1L << 20);
          case 'G' -> Math.multiplyExact(n, 1L << 30);
          default -> n;
        });
  }

  /// The part of each of so many that share it alike; all of it where nobody does.
  ByteSize share(int among) {
    return new ByteSize(bytes / Math.max(1, among));
  }

  /// The size as an `int`, for arrays and buffers.
  ///
  /// @throws ArithmeticException above 2 GiB
  public int asInt() {
    return Math.toIntExact(bytes);
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /// The largest whole binary unit: `64KiB`, `1MiB`, `1000B`.
  @Override
  public String toString() {
    if (bytes > 0 && bytes % (1 << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes > 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    if (bytes > 0 && bytes % (1 << 10) == 0) {
      return (bytes >> 10) + "KiB";
    }
    return bytes + "B";
  }
}
