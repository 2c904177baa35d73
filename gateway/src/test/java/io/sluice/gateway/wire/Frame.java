package io.sluice.gateway.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One frame of a client as it goes over the wire, masked with a key that is not zero.
final class Frame {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  static final int FIN = 0x80;
  static final int RSV1 = 0x40;
  static final int RSV2 = 0x20;
  static final int RSV3 = 0x10;

  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private Frame() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] text(String payload) {
    return of(FIN | TEXT, utf8(payload));
  }

  static byte[] ping(String payload) {
    return of(FIN | PING, utf8(payload));
  }

  /// A close frame with a code and the bytes of a reason.
  static byte[] close(int code, byte[] reason) {
    byte[] payload = new byte[2 + reason.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(reason, 0, payload, 2, reason.length);
    return of(FIN | CLOSE, payload);
  }

  static byte[] close(int code) {
    return close(code, new byte[0]);
  }

  /// @param first the first byte: FIN, reserved bits, opcode
  static byte[] of(int first, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 1 << 16) {
      out.write(0x80 | 126);
      number(out, payload.length, 2);
    } else {
      out.write(0x80 | 127);
      number(out, payload.length, 8);
    }
    out.writeBytes(MASK);
    byte[] masked = payload.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= MASK[i & 3];
    }
    out.writeBytes(masked);
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, long value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out.write((int) (value >> shift));
    }
  }

  /// One message in frames of this size.
  ///
  /// @param first reserved bits and opcode of the first frame
  static List<byte[]> fragments(int first, byte[] message, int size) {
    List<byte[]> frames = new ArrayList<>();
    int at = 0;
    do {
      int to = Math.min(message.length, at + size);
      int fin = to == message.length ? FIN : 0;
      frames.add(of(fin | (at == 0 ? first : CONTINUATION), slice(message, at, to)));
      at = to;
    } while (at < message.length);
    return frames;
  }

  /// The bytes of these frames in pieces of this size.
  static List<byte[]> chopped(List<byte[]> frames, int size) {
    byte[] all = joined(frames);
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < all.length; at += size) {
      pieces.add(slice(all, at, Math.min(all.length, at + size)));
    }
    return pieces;
  }

  static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    parts.forEach(out::writeBytes);
    return out.toByteArray();
  }

  static byte[] slice(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }
}
