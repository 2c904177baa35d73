package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/// A message whose last fragment has not come. Confined to the loop.
final class PartialMessage {
  private final MessageKind kind;
  private final int limit;
  private final ByteBuf bytes;
  private int utf8 = Utf8.COMPLETE;

  /// @param limit bytes
  PartialMessage(MessageKind kind, int limit) {
    this.kind = kind;
    this.limit = limit;
    this.bytes = Unpooled.buffer(0, limit);
  }

  MessageKind kind() {
    return kind;
  }

  /// Adds a fragment.
  ///
  /// @return whether there was room
  boolean add(ByteBuf fragment) {
    if (bytes.readableBytes() + fragment.readableBytes() > limit) {
      return false;
    }
    int from = bytes.writerIndex();
    bytes.writeBytes(fragment);
    if (kind.checkedAsItComes()) {
      utf8 = Utf8.next(utf8, bytes.array(), from, bytes.writerIndex());
    }
    return true;
  }

  /// Whether no further fragment can make UTF-8 of a text.
  boolean hopeless() {
    return utf8 == Utf8.INVALID;
  }

  byte[] bytes() {
    return ByteBufUtil.getBytes(bytes);
  }
}
