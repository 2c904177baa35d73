package io.sluice.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;

/// A frame of the server.
///
/// @param first reserved bits and opcode
@SuppressWarnings("ArrayRecordComponent") // never compared
record Received(int first, byte[] payload) {
  int opcode() {
    return first & 0xf;
  }

  boolean compressed() {
    return (first & Frame.RSV1) != 0;
  }

  String text() {
    return new String(message(), StandardCharsets.UTF_8);
  }

  byte[] message() {
    try {
      return compressed() ? Deflating.message(payload) : payload;
    } catch (DataFormatException e) {
      throw new IllegalStateException("the server's compressed message is corrupt", e);
    }
  }
}
