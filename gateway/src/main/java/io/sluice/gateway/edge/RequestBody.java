package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// The body of a request as it comes in. Bounded by itself, and together with all others of its
/// loop: many who send slowly must not fill the memory. Confined to the loop.
final class RequestBody {
  /// Bytes of all bodies of a node that are not whole yet, or not served, shared out evenly over
  /// its loops; at least one of the largest each. Arrays grow by doubling, so twice as much memory.
  static final long MOST = 16L << 20;

  /// @param limit bytes of one body
  static long mostOfALoop(int loops, int limit) {
    return Math.max(MOST / loops, limit);
  }

  /// What came of a part.
  enum Added {
    YES,
    /// The body is larger than it may be.
    TOO_LARGE,
    /// All bodies together are.
    NO_ROOM
  }

  /// What becomes of it.
  enum Use {
    READ,
    /// Nobody asked for it. It is counted, and not kept.
    DROPPED
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
  private final Use use;
  private final int limit;
  private final LoopContext loop;
  private long length;

  /// @param limit bytes
  RequestBody(Use use, int limit, LoopContext loop) {
    this.use = use;
    this.limit = limit;
    this.loop = loop;
  }

  /// Takes the next bytes.
  Added add(ByteBuf part) {
    int more = part.readableBytes();
    length += more;
    if (length > limit) {
      return Added.TOO_LARGE;
    }
    if (use == Use.DROPPED) {
      return Added.YES;
    }
    if (!loop.takeBodyBytes(more)) {
      return Added.NO_ROOM;
    }
    try {
      part.readBytes(bytes, more);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array in memory has none
    }
    return Added.YES;
  }

  /// Gives its room back. To be called once.
  ///
  /// @return all of it
  byte[] end() {
    loop.giveBodyBytes(bytes.size());
    return bytes.toByteArray();
  }
}
