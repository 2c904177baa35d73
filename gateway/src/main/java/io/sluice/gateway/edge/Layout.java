package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.Encoding;

/// How messages of an encoding share a WebSocket frame.
///
/// @param opcode of the frame
/// @param separator stands between two messages; never written to
@SuppressWarnings("ArrayRecordComponent") // never compared
record Layout(int opcode, byte[] separator) {
  private static final Layout LINES = new Layout(Frames.TEXT, new byte[] {'\n'});
  private static final Layout ON_AND_ON = new Layout(Frames.BINARY, new byte[0]);

  static Layout of(Encoding encoding) {
    return switch (encoding) {
      case JSON -> LINES;
      case PROTOBUF -> ON_AND_ON; // each stands behind its length
    };
  }
}
