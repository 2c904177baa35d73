package io.sluice.gateway.wire;

import java.util.zip.CRC32;

/// What came from the server, a message or a control frame, in a form that compares and prints.
///
/// @param what opcode, or `close` with its code
record Heard(String what, int length, long crc) {
  static Heard of(int opcode, byte[] payload) {
    CRC32 crc = new CRC32();
    crc.update(payload);
    return new Heard(Integer.toString(opcode), payload.length, crc.getValue());
  }

  static Heard text(String payload) {
    return of(Frame.TEXT, Frame.utf8(payload));
  }

  static Heard pong(String payload) {
    return of(Frame.PONG, Frame.utf8(payload));
  }

  /// @param code 0: a close frame without one
  static Heard close(int code) {
    return new Heard("close " + code, 0, 0);
  }
}
