package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Of servers without the client protocol: nothing is said, and a frame is a payload. With ids,
/// lines of which one is `id: …` and an empty line come before it, as in nchan's `ws+meta.nchan`.
final class BareSpeech implements Speech {
  /// What a client asks for that wants ids (RFC 6455 §11.3.4).
  static final String SUBPROTOCOL = "ws+meta.nchan";

  private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);

  private final boolean ids;

  /// @param ids whether there are
  BareSpeech(boolean ids) {
    this.ids = ids;
  }

  @Override
  public int opcode() {
    return ClientFrames.TEXT;
  }

  @Override
  public ByteBuf frame(ByteBufAllocator memory, List<? extends JsonNode> commands) {
    throw new IllegalStateException("a server without the protocol takes no commands");
  }

  @Override
  public void read(byte[] payload, int length, PushReader reader, Listener listener)
      throws IOException {
    int from = ids ? afterHeader(payload, length, listener) : 0;
    reader.takeBare(payload, from, length);
    listener.publication(reader);
  }

  /// Where the payload begins; the id is told.
  private static int afterHeader(byte[] payload, int length, Listener listener) throws IOException {
    int line = 0;
    for (int i = 0; i < length; i++) {
      if (payload[i] == '\n') {
        if (i == line) {
          return i + 1;
        }
        if (startsWithId(payload, line, i)) {
          int id = line + ID.length;
          listener.id(new String(payload, id, i - id, StandardCharsets.US_ASCII));
        }
        line = i + 1;
      }
    }
    throw new IOException("a publication without an id");
  }

  private static boolean startsWithId(byte[] payload, int from, int to) {
    if (to - from < ID.length) {
      return false;
    }
    for (int i = 0; i < ID.length; i++) {
      if (payload[from + i] != ID[i]) {
        return false;
      }
    }
    return true;
  }
}
