package io.sluice.perf.swarm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// Takes frames of a server (RFC 6455 §5.2, without a mask) out of what a socket brings. Holds
/// memory only while a frame is incomplete. Confined to the loop.
final class FrameReader {
  private @Nullable ByteBuf begun;

  /// Who wants the frames.
  interface Frames {
    /// One frame.
    ///
    /// @param opcode §5.2
    /// @param fin whether the message ends here
    /// @param payload where `length` bytes of it are next; whoever is told need not read them
    /// @return whether to go on; after a `false` nothing more is given out
    boolean frame(int opcode, boolean fin, ByteBuf payload, int length);
  }

  /// Takes what has come, and releases it.
  void read(ByteBufAllocator memory, ByteBuf came, Frames frames) {
    ByteBuf all = begun == null ? came : begun.writeBytes(came);
    try {
      while (next(all, frames)) {
        // each is taken by its owner
      }
      if (begun == null && came.isReadable()) {
        begun = memory.heapBuffer(came.readableBytes()).writeBytes(came);
      } else if (begun != null) {
        begun.discardReadBytes();
        if (!begun.isReadable()) {
          close();
        }
      }
    } finally {
      came.release();
    }
  }

  private static boolean next(ByteBuf in, Frames frames) {
    int start = in.readerIndex();
    if (in.readableBytes() < 2) {
      return false;
    }
    int first = in.getUnsignedByte(start);
    long length = in.getUnsignedByte(start + 1) & 0x7F;
    int header = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (in.readableBytes() < header) {
      return false;
    }
    if (length == 126) {
      length = in.getUnsignedShort(start + 2);
    } else if (length == 127) {
      length = in.getLong(start + 2);
    }
    if (in.readableBytes() < header + length) {
      return false;
    }
    in.readerIndex(start + header);
    boolean goOn = frames.frame(first & 0xF, (first & 0x80) != 0, in, (int) length);
    in.readerIndex(start + header + (int) length);
    return goOn;
  }

  /// Forgets what has begun.
  void close() {
    if (begun != null) {
      begun.release();
      begun = null;
    }
  }
}
