package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.Encoding;

/// How messages of an encoding share a WebSocket frame, and its ping; for all connections, so its
/// arrays are never written to.
///
/// @param opcode of the frame
/// @param separator stands between two messages
/// @param ping the server's
@SuppressWarnings("ArrayRecordComponent") // never compared
record Layout(int opcode, byte[] separator, byte[] ping) {
  private static final Layout LINES =
      new Layout(Frames.TEXT, new byte[] {'\n'}, Encoding.JSON.replies().ping());
  private static final Layout ON_AND_ON =
      new Layout(Frames.BINARY, new byte[0], Encoding.PROTOBUF.replies().ping());

  static Layout of(Encoding encoding) {
    return switch (encoding) {
      case JSON -> LINES;
      case PROTOBUF -> ON_AND_ON; // each stands behind its length
    };
  }
}
