package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.protocol.DeflatedPiece;
import java.util.List;

/// A compressed frame (RFC 7692 §7.2.1) of several messages, one a line, of which nothing is
/// compressed here: pieces are there already, and all else goes in as stored blocks (RFC 1951
/// §3.2.4).
///
/// A piece ends within the header of a stored block, whose length was cut off. So does the frame,
/// as the RFC wants it; between, the block is completed: with the line break alone before a piece,
/// or with the line break and a message.
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
  static void write(ByteBuf out, List<byte[]> messages, int from, int to) {
    int length = 0;
    for (int i = from; i < to; i++) {
      length += length(messages.get(i), i == from);
    }
    Frames.writeHeader(out, Frames.RSV1 | Frames.TEXT, length);
    for (int i = from; i < to; i++) {
      add(out, messages.get(i), i == from);
    }
  }

  private static int length(byte[] message, boolean first) {
    int separator = first ? 0 : 5;
    return DeflatedPiece.is(message)
        ? separator + message.length - DeflatedPiece.HEADER
        : 6 + message.length;
  }

  private static void add(ByteBuf out, byte[] message, boolean first) {
    if (DeflatedPiece.is(message)) {
      if (!first) {
        storedLength(out, 1).writeByte('\n');
      }
      out.writeBytes(message, DeflatedPiece.HEADER, message.length - DeflatedPiece.HEADER);
    } else if (first) {
      out.writeByte(STORED);
      storedLength(out, message.length).writeBytes(message).writeByte(STORED);
    } else {
      storedLength(out, 1 + message.length).writeByte('\n').writeBytes(message).writeByte(STORED);
    }
  }

  /// At most 65,535, which the bound on frames that messages share sees to.
  private static ByteBuf storedLength(ByteBuf out, int length) {
    return out.writeShortLE(length).writeShortLE(~length);
  }
}
