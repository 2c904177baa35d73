package io.sluice.perf.swarm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// What a client writes: the request that opens a WebSocket (RFC 6455 §4.1), whose answer is read
/// here too, and masked frames (§5.3).
final class ClientFrames {
  static final int CONTINUATION = 0x0;
  static final int TEXT = 0x1;
  static final int BINARY = 0x2;
  static final int CLOSE = 0x8;
  static final int PING = 0x9;
  static final int PONG = 0xA;

  // The key keeps caches from answering (§1.3); there is none here, so one for all will do.
  private static final String KEY = "c2x1aWNlIHBlcmYgdGVzdA==";

  // Nobody between us and a server on loopback could be fooled by an unmasked frame, which is what
  // masks are against (§10.3). Zero is a mask, and leaves the bytes as they are.
  private static final int MASK = 0;

  private static final byte[] SWITCHING = "HTTP/1.1 101".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_HEAD = 8_192;
  private static final int MASKED = 0x80;
  private static final int FIN = 0x80;

  private ClientFrames() {}

  /// @param subprotocol asked for; empty = none
  static ByteBuf handshake(ByteBufAllocator memory, URI server, String subprotocol) {
    String more = subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
    String query = server.getRawQuery();
    String path = server.getRawPath() + (query == null ? "" : "?" + query);
    String request =
        """
        GET %s HTTP/1.1\r
        Host: %s:%d\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: %s\r
        Sec-WebSocket-Version: 13\r
        %s\r
        """
            .formatted(path, server.getHost(), server.getPort(), KEY, more);
    byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
    return memory.buffer(bytes.length).writeBytes(bytes);
  }

  static ByteBuf text(ByteBufAllocator memory, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return frame(memory, TEXT, bytes);
  }

  static ByteBuf frame(ByteBufAllocator memory, int opcode, byte[] payload) {
    ByteBuf out = memory.buffer(payload.length + 14);
    out.writeByte(FIN | opcode);
    if (payload.length < 126) {
      out.writeByte(MASKED | payload.length);
    } else if (payload.length < 1 << 16) {
      out.writeByte(MASKED | 126).writeShort(payload.length);
    } else {
      out.writeByte(MASKED | 127).writeLong(payload.length);
    }
    return out.writeInt(MASK).writeBytes(payload);
  }

  /// How long the answer to [#handshake] is that says yes; -1 for any other.
  static int switched(ByteBuf came) {
    boolean switching = came.readableBytes() >= SWITCHING.length;
    for (int i = 0; switching && i < SWITCHING.length; i++) {
      switching = came.getByte(came.readerIndex() + i) == SWITCHING[i];
    }
    int most = Math.min(switching ? came.readableBytes() : 0, LONGEST_HEAD);
    for (int i = 3; i < most; i++) {
      int at = came.readerIndex() + i;
      if (came.getByte(at) == '\n' && came.getByte(at - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }
}
