package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where the messages of a write are put together, for one connection of the loop after the other.
/// Connections that are written the same messages in the same layout, as subscribers of one channel
/// are, share the bytes: they are put together for the first of them only. Confined to the loop.
final class FrameBuffer {
  /// Puts messages together.
  interface Framing {
    /// Puts the first of them at the end of a buffer.
    ///
    /// @param n how many of them
    void write(ByteBuf out, List<byte[]> messages, int n);
  }

  /// Beyond it the memory is given back after a large message.
  private static final int KEPT = 4 * OutboxTransport.MAX_WRITE;

  /// Messages that are compared; with more of them the bytes are put together anew.
  private static final int COMPARED = 256;

  private @Nullable ByteBuf buffer;

  // what is in it
  private final byte[] @Nullable [] held = new byte[COMPARED][];
  private int count;
  private @Nullable Object layout;

  /// The first `n` messages put together.
  ///
  /// @param how what decides, beside the messages, how the bytes look; null: these are like no
  ///   others
  /// @return good until the next call; the caller does not release it
  ByteBuf of(List<byte[]> messages, int n, @Nullable Object how, Framing framing) {
    ByteBuf known = buffer;
    if (known != null && how != null && how.equals(layout) && n == count && same(messages)) {
      return known;
    }
    layout = null;
    ByteBuf out = empty();
    framing.write(out, messages, n);
    if (how != null && n <= COMPARED) {
      for (int i = 0; i < n; i++) {
        held[i] = messages.get(i);
      }
      for (int i = n; i < count; i++) {
        held[i] = null;
      }
      count = n;
      layout = how;
    }
    return out;
  }

  private ByteBuf empty() {
    ByteBuf known = buffer;
    if (known != null && known.capacity() > KEPT) {
      close();
      known = null;
    }
    if (known == null) {
      known = Unpooled.directBuffer(OutboxTransport.MAX_WRITE);
      buffer = known;
    }
    return known.clear();
  }

  /// Gives its memory back; it may be used again.
  void close() {
    layout = null;
    if (buffer != null) {
      buffer.release();
      buffer = null;
    }
  }

  @SuppressWarnings("ReferenceEquality") // shared messages are the very same
  private boolean same(List<byte[]> messages) {
    for (int i = 0; i < count; i++) {
      if (messages.get(i) != held[i]) {
        return false;
      }
    }
    return true;
  }
}
