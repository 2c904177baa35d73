package io.sluice.gateway.fuzz;

import java.io.ByteArrayOutputStream;

/// Changes to valid bytes.
final class Mutations {
  private static final int MOST = 128 * 1024;

  private Mutations() {}

  /// @param other bytes that parts are taken from
  static byte[] of(byte[] valid, byte[] other, Chance chance) {
    byte[] bytes = valid;
    for (int i = chance.between(1, 4); i > 0 && bytes.length > 0 && bytes.length < MOST; i--) {
      bytes = once(bytes, other, chance);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, byte[] other, Chance chance) {
    int at = chance.below(bytes.length);
    int to = at + chance.below(Math.min(64, bytes.length - at) + 1);
    return switch (chance.below(8)) {
      case 0 -> flipped(bytes, at, chance);
      case 1 -> joined(slice(bytes, 0, at), slice(bytes, to, bytes.length)); // a hole
      case 2 -> joined(slice(bytes, 0, to), slice(bytes, at, bytes.length)); // twice
      case 3 -> slice(bytes, 0, at); // cut off
      case 4 ->
          joined(slice(bytes, 0, at), slice(other, chance.below(other.length + 1), other.length));
      case 5 ->
          joined(
              slice(bytes, 0, at),
              chance.bytes(chance.between(1, 40)),
              slice(bytes, at, bytes.length));
      case 6 -> repeated(bytes, at, to, chance.of(2, 10, 300));
      default -> {
        byte[] line = {
          chance.of((byte) '\r', (byte) '\n', (byte) 0, (byte) ' ', (byte) '"', (byte) '{')
        };
        yield joined(
            slice(bytes, 0, at), line, slice(bytes, Math.min(at + 1, bytes.length), bytes.length));
      }
    };
  }

  private static byte[] flipped(byte[] bytes, int at, Chance chance) {
    byte[] copy = bytes.clone();
    copy[at] ^= (byte) (1 << chance.below(8));
    return copy;
  }

  private static byte[] repeated(byte[] bytes, int at, int to, int times) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(slice(bytes, 0, at));
    for (int i = 0; i < times; i++) {
      out.write(bytes, at, to - at);
    }
    out.writeBytes(slice(bytes, to, bytes.length));
    return out.toByteArray();
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
