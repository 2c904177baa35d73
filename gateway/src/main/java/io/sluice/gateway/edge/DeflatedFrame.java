package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.protocol.DeflatedPiece;
import java.util.List;

/// A compressed frame (RFC 7692 §7.2.1) of several messages, of which nothing is compressed here:
/// pieces are there already, and all else goes in as stored blocks (RFC 1951 §3.2.4).
///
/// A piece ends within the header of a stored block, whose length was cut off. So does the frame,
/// as the RFC wants it; between, the block is completed: with the separator alone before a piece,
/// or with the separator and a message.
final class DeflatedFrame {
  /// The header of a stored block that is not the last, filled up to a whole byte.
  private static final int STORED = 0;

  private DeflatedFrame() {}

  /// Whether any of the messages in [from, to) is a piece.
  static boolean pays(List<byte[]> messages, int from, int to) {
    for (int i = from; i < to; i++) {
      if (DeflatedPiece.is(messages.get(i))) {
        return true;
      }
    }
    return false;
  }

  /// Writes one frame. Together with its header it is at most [Frames#MAX_HEADER] bytes a message
  /// longer than they are.
  static void write(ByteBuf out, Layout layout, List<byte[]> messages, int from, int to) {
    byte[] separator = layout.separator();
    int length = 0;
    for (int i = from; i < to; i++) {
      length += length(messages.get(i), i == from ? 0 : 4 + separator.length);
    }
    Frames.writeHeader(out, Frames.RSV1 | layout.opcode(), length);
    for (int i = from; i < to; i++) {
      add(out, messages.get(i), i == from, separator);
    }
  }

  /// @param before bytes that complete the block before
  private static int length(byte[] message, int before) {
    if (DeflatedPiece.is(message)) {
      return before + message.length - DeflatedPiece.HEADER;
    }
    // the first begins a block with a byte more, and has no block to complete
    return (before == 0 ? 5 : before) + message.length + 1;
  }

  private static void add(ByteBuf out, byte[] message, boolean first, byte[] separator) {
    if (DeflatedPiece.is(message)) {
      if (!first) {
        storedLength(out, separator.length).writeBytes(separator);
      }
      out.writeBytes(message, DeflatedPiece.HEADER, message.length - DeflatedPiece.HEADER);
    } else if (first) {
      out.writeByte(STORED);
      storedLength(out, message.length).writeBytes(message).writeByte(STORED);
    } else {
      storedLength(out, separator.length + message.length)
          .writeBytes(separator)
          .writeBytes(message)
          .writeByte(STORED);
    }
  }

  /// At most 65,535, which the bound on frames that messages share sees to.
  private static ByteBuf storedLength(ByteBuf out, int length) {
    return out.writeShortLE(length).writeShortLE(~length);
  }
}
