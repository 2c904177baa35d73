package io.sluice.perf.floor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/// A frame of pushes of one channel in the making, one a line. Room for its header is kept free in
/// front, since how long that is turns out at the end. For one thread at a time.
final class PushFrame {
  private static final byte[] OFFSET = ",\"offset\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "}}}".getBytes(StandardCharsets.US_ASCII);

  /// The longest offset.
  private static final int DIGITS = 19;

  private final byte[] start;
  private final ByteBuf out;
  private int lines;

  /// @param start everything of a push before its data
  /// @param lines how many are expected
  /// @param data the size of the first of them in bytes
  PushFrame(byte[] start, int lines, int data) {
    this.start = start;
    int line = start.length + data + OFFSET.length + DIGITS + END.length + 1;
    this.out = ByteBufAllocator.DEFAULT.directBuffer(FloorFrames.MAX_HEADER + lines * line);
    out.writerIndex(FloorFrames.MAX_HEADER).readerIndex(FloorFrames.MAX_HEADER);
  }

  /// Adds a push.
  ///
  /// @param data raw JSON
  void add(byte[] data, long offset) {
    if (lines++ > 0) {
      out.writeByte('\n');
    }
    out.writeBytes(start);
    raw(data);
    out.writeBytes(OFFSET);
    ByteBufUtil.writeAscii(out, Long.toString(offset));
    out.writeBytes(END);
  }

  /// JSON without the raw line breaks that may stand between its tokens: a line break ends a
  /// message.
  private void raw(byte[] json) {
    int from = 0;
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        out.writeBytes(json, from, i - from);
        from = i + 1;
      }
    }
    out.writeBytes(json, from, json.length - from);
  }

  int lines() {
    return lines;
  }

  /// The frame, the caller's to release; nothing can be added any more.
  ByteBuf finish() {
    int payload = out.readableBytes();
    int end = out.writerIndex();
    out.readerIndex(FloorFrames.MAX_HEADER - FloorFrames.headerLength(payload));
    out.writerIndex(out.readerIndex());
    FloorFrames.writeHeader(out, FloorFrames.TEXT, payload);
    return out.writerIndex(end);
  }
}
