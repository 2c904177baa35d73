package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The body of a request as it comes in. Bounded. Confined to the loop.
final class RequestBody {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int limit;

  /// @param limit bytes
  RequestBody(int limit) {
    this.limit = limit;
  }

  /// Takes the next bytes.
  ///
  /// @return whether all are within the limit
  boolean add(ByteBuf part) {
    if (bytes.size() + part.readableBytes() > limit) {
      return false;
    }
    try {
      part.readBytes(bytes, part.readableBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array in memory has none
    }
    return true;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
