package io.sluice.gateway.protocol;

import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/// Compresses messages as permessage-deflate wants them (RFC 7692 §7.2.1), each without a look at
/// the one before. Its compressor, 268 KB of native memory, is made at the first use and kept: one
/// for each event loop, none for a connection. Confined to one thread.
public final class Deflation {
  /// The window of DEFLATE itself, 32 KiB.
  public static final int WIDEST_WINDOW = 15;

  /// What a flush ends with and a message leaves out, §7.2.1.
  private static final int TAIL = 4;

  private @Nullable Deflater deflater;

  /// The payload of a message: raw DEFLATE blocks, none of them final, without the last four bytes
  /// of the flush.
  ///
  /// @param windowBits how far back the receiver can look, 8 to 15
  public byte[] payload(byte[] message, int windowBits) {
    byte[] out = new byte[64 + message.length / 2];
    int n = deflate(message, windowBits, out, 0);
    while (n < 0) {
      out = new byte[2 * out.length + 64];
      n = deflate(message, windowBits, out, 0);
    }
    return Arrays.copyOf(out, n);
  }

  /// Writes what [#payload] returns.
  ///
  /// @return where it ends; -1: there was no room
  int deflate(byte[] message, int windowBits, byte[] out, int at) {
    Deflater d = deflater;
    if (d == null) {
      d = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
      deflater = d;
    }
    d.reset();
    // the JDK's compressor always has the widest window; a full flush makes it forget, so that no
    // reference leaves its part
    int part = 1 << windowBits;
    int n = at;
    int from = 0;
    do {
      int length = windowBits == WIDEST_WINDOW ? message.length : part;
      int to = Math.min(message.length, from + length);
      d.setInput(message, from, to - from);
      int written = d.deflate(out, n, out.length - n, flush(to == message.length));
      if (written == out.length - n) {
        return -1; // perhaps not all
      }
      n += written;
      from = to;
    } while (from < message.length);
    return n - TAIL;
  }

  private static int flush(boolean last) {
    return last ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
  }
}
