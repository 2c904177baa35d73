package io.sluice.perf.floor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/// Frames of a server (RFC 6455 §5.2): never masked, never fragmented. Pure.
final class FloorFrames {
  static final int TEXT = 0x1;
  static final int CLOSE = 0x8;
  static final int PONG = 0xA;

  /// The longest header without a mask.
  static final int MAX_HEADER = 10;

  private static final int FIN = 0x80;

  private FloorFrames() {}

  /// How long the header of a payload of this many bytes is.
  static int headerLength(int payload) {
    return payload < 126 ? 2 : payload < 1 << 16 ? 4 : MAX_HEADER;
  }

  static void writeHeader(ByteBuf out, int opcode, int payload) {
    out.writeByte(FIN | opcode);
    if (payload < 126) {
      out.writeByte(payload);
    } else if (payload < 1 << 16) {
      out.writeByte(126).writeShort(payload);
    } else {
      out.writeByte(127).writeLong(payload);
    }
  }

  static ByteBuf text(byte[] payload) {
    return frame(TEXT, payload);
  }

  /// The answer to a ping of the peer, with what that carried.
  static ByteBuf pong(byte[] payload) {
    return frame(PONG, payload);
  }

  static ByteBuf close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = Unpooled.buffer(MAX_HEADER + 2 + text.length);
    writeHeader(out, CLOSE, 2 + text.length);
    return out.writeShort(code).writeBytes(text);
  }

  private static ByteBuf frame(int opcode, byte[] payload) {
    ByteBuf out = Unpooled.directBuffer(MAX_HEADER + payload.length);
    writeHeader(out, opcode, payload.length);
    return out.writeBytes(payload);
  }
}
