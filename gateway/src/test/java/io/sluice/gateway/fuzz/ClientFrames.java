package io.sluice.gateway.fuzz;

import io.sluice.gateway.wire.Deflating;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Frames of a client, right and wrong (RFC 6455 §5.2).
final class ClientFrames {
  /// What is written next.
  ///
  /// @param whole whether it ends with a frame, so that a ping after it is one
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Piece(byte[] bytes, boolean whole) {}

  private static final Integer[] LENGTHS = {0, 1, 2, 124, 125, 126, 127, 1_000, 65_535, 65_536};
  private static final Integer[] CODES = {
    0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1010, 1011, 1012, 1015, 1016, 2999,
    3000, 3999, 4000, 4999, 5000, 65_535
  };

  /// RSV1, which marks a compressed message (RFC 7692 §6).
  private static final int DEFLATED = 0x40;

  /// A little on the wire, and far more than a message may hold once it is inflated.
  private static final List<byte[]> BOMBS =
      Stream.of(70_000, 1 << 20, 1 << 24).map(it -> Deflating.payload(new byte[it])).toList();

  private ClientFrames() {}

  static byte[] text(byte[] payload, Chance chance) {
    return frame(0x81, payload, chance);
  }

  static byte[] binary(byte[] payload, Chance chance) {
    return frame(0x82, payload, chance);
  }

  static byte[] deflatedText(byte[] payload, Chance chance) {
    return frame(0x81 | DEFLATED, Deflating.payload(payload), chance);
  }

  static byte[] deflatedBinary(byte[] payload, Chance chance) {
    return frame(0x82 | DEFLATED, Deflating.payload(payload), chance);
  }

  static byte[] ping(byte[] payload) {
    byte[] frame = new byte[6 + payload.length];
    frame[0] = (byte) 0x89;
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(payload, 0, frame, 6, payload.length);
    return frame;
  }

  /// @param deflate whether compressed messages have been agreed on
  static Piece next(boolean deflate, Chance chance) {
    return deflate && chance.oneIn(2) ? deflated(chance) : plain(chance);
  }

  private static Piece deflated(Chance chance) {
    return switch (chance.below(8)) {
      case 0, 1 -> whole(deflatedText(words(chance), chance));
      case 2 ->
          whole(frame(0x82 | DEFLATED, Deflating.payload(chance.bytes(length(chance))), chance));
      case 3 -> whole(deflatedFragments(chance));
      case 4 -> whole(frame(0x82 | DEFLATED, chance.of(BOMBS.toArray(byte[][]::new)), chance));
      case 5 -> whole(frame(0x81 | DEFLATED, chance.bytes(chance.between(0, 200)), chance));
      case 6 -> {
        byte[] good = Deflating.payload(words(chance));
        yield whole(frame(0x81 | DEFLATED, Mutations.of(good, good, chance), chance));
      }
      // RSV1 where it means nothing: on what is not the first of a message, and on controls
      default -> whole(frame(chance.of(0x80, 0x89, 0x8a) | DEFLATED, words(chance), chance));
    };
  }

  private static byte[] deflatedFragments(Chance chance) {
    byte[] all = Deflating.payload(words(chance));
    int cut = chance.below(all.length + 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(frame(0x01 | DEFLATED, Arrays.copyOf(all, cut), chance));
    if (chance.oneIn(3)) {
      out.writeBytes(frame(0x89, chance.bytes(chance.below(126)), chance));
    }
    int second = chance.oneIn(10) ? 0x80 | DEFLATED : 0x80;
    out.writeBytes(frame(second, Arrays.copyOfRange(all, cut, all.length), chance));
    return out.toByteArray();
  }

  private static Piece plain(Chance chance) {
    return switch (chance.below(16)) {
      case 0, 1, 2 -> whole(frame(0x81, words(chance), chance));
      case 3, 4 -> whole(frame(0x82, chance.bytes(length(chance)), chance));
      case 5 -> whole(frame(0x81, chance.bytes(length(chance)), chance)); // rarely UTF-8
      case 6, 7 -> whole(fragments(chance));
      case 8 -> whole(frame(chance.of(0x89, 0x8a), chance.bytes(chance.between(0, 125)), chance));
      case 9 -> whole(storm(chance));
      case 10 -> chance.oneIn(3) ? whole(close(chance)) : whole(frame(0x8a, new byte[0], chance));
      case 11 -> whole(frame(chance.below(256), chance.bytes(chance.between(0, 130)), chance));
      case 12 -> whole(unmasked(chance));
      case 13 -> new Piece(lying(chance), false);
      case 14 -> new Piece(cut(frame(0x82, chance.bytes(length(chance)), chance), chance), false);
      default ->
          chance.oneIn(2)
              ? new Piece(chance.bytes(chance.between(1, 200)), false)
              : new Piece(Mutations.of(fragments(chance), storm(chance), chance), false);
    };
  }

  private static Piece whole(byte[] bytes) {
    return new Piece(bytes, true);
  }

  private static int length(Chance chance) {
    return chance.oneIn(3) ? chance.of(LENGTHS) : chance.below(300);
  }

  private static byte[] words(Chance chance) {
    return chance
        .of("", "{}", "a", "ü€😀", "\u0000", "{\"id\":1}\n")
        .repeat(chance.between(1, 50))
        .getBytes(StandardCharsets.UTF_8);
  }

  /// @param first FIN, reserved bits and opcode
  private static byte[] frame(int first, byte[] payload, Chance chance) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write(first);
    length(out, 0x80, payload.length, chance);
    byte[] mask = chance.bytes(4);
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i & 3]);
    }
    return out.toByteArray();
  }

  /// Now and then longer than it need be, which is against §5.2.
  private static void length(ByteArrayOutputStream out, int mask, long length, Chance chance) {
    boolean wasteful = chance.oneIn(40);
    if (length < 126 && !wasteful) {
      out.write(mask | (int) length);
    } else if (length < 1 << 16 && !(wasteful && length >= 126)) {
      out.write(mask | 126);
      out.write((int) (length >> 8));
      out.write((int) length);
    } else {
      out.write(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) (length >> shift));
      }
    }
  }

  private static byte[] fragments(Chance chance) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int count = chance.between(2, 6);
    for (int i = 0; i < count; i++) {
      int opcode = i == 0 || chance.oneIn(30) ? chance.of(1, 2) : 0;
      int fin = i == count - 1 && !chance.oneIn(10) ? 0x80 : 0;
      out.writeBytes(frame(fin | opcode, words(chance), chance));
      if (chance.oneIn(3)) {
        out.writeBytes(frame(chance.of(0x89, 0x8a), chance.bytes(chance.below(126)), chance));
      }
    }
    return out.toByteArray();
  }

  private static byte[] storm(Chance chance) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int opcode = chance.of(0x81, 0x82, 0x89, 0x8a, 0x01, 0x00);
    for (int i = chance.between(10, 300); i > 0; i--) {
      out.writeBytes(frame(opcode, chance.bytes(chance.of(0, 1, 5)), chance));
    }
    return out.toByteArray();
  }

  private static byte[] close(Chance chance) {
    int code = chance.of(CODES);
    byte[] reason = chance.oneIn(4) ? chance.bytes(chance.below(123)) : words(chance);
    byte[] payload = Arrays.copyOf(new byte[] {(byte) (code >> 8), (byte) code}, 2 + reason.length);
    System.arraycopy(reason, 0, payload, 2, reason.length);
    int length = chance.oneIn(5) ? chance.of(0, 1, 2) : Math.min(125, payload.length);
    return frame(0x88, Arrays.copyOf(payload, length), chance);
  }

  private static byte[] unmasked(Chance chance) {
    byte[] payload = chance.bytes(chance.between(0, 60));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(chance.of(0x81, 0x82, 0x89));
    out.write(payload.length);
    out.writeBytes(payload);
    return out.toByteArray();
  }

  /// A length that what follows does not have.
  private static byte[] lying(Chance chance) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(chance.of(0x81, 0x82, 0x01, 0x02, 0x89));
    long length =
        chance.of(
            130L,
            65_537L,
            17L << 20,
            1L << 31,
            (1L << 32) + 5,
            Long.MAX_VALUE,
            -1L,
            Long.MIN_VALUE);
    out.write(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (length >> shift));
    }
    out.writeBytes(chance.bytes(chance.between(0, 100)));
    return out.toByteArray();
  }

  private static byte[] cut(byte[] frame, Chance chance) {
    return Arrays.copyOf(frame, chance.between(1, Math.max(1, frame.length - 1)));
  }
}
