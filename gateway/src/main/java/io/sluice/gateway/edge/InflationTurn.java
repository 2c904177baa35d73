package io.sluice.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import java.util.function.BooleanSupplier;

/// How much one socket may have decompressed in a row. 80 bytes can become 64 KiB, and one read
/// brings 12,000 times as much: the loop's other sockets would wait for all of it. Once a socket's
/// turn is over, what it has sent stays undecoded in its frame decoder, and it is not read from,
/// until the loop has looked at everyone else. Confined to the loop.
final class InflationTurn {
  /// Bytes after which a turn ends, with the message that reached it and at most one that was
  /// decoded with it: well below a millisecond.
  static final int MOST = 256 * 1024;

  private final BooleanSupplier mayRead;
  private int spent;
  private boolean over;

  /// @param mayRead whether whoever takes the messages wants the socket to be read from
  InflationTurn(BooleanSupplier mayRead) {
    this.mayRead = mayRead;
  }

  /// A message was decompressed and passed on.
  ///
  /// @param ctx of a handler behind the frame decoder
  void spent(ChannelHandlerContext ctx, int bytes) {
    spent += bytes;
    WebSocket13FrameDecoder decoder = ctx.pipeline().get(WebSocket13FrameDecoder.class);
    if (spent < MOST || decoder == null) {
      return;
    }
    ctx.channel().config().setAutoRead(false); // each time: what was passed on may have undone it
    if (!over) {
      over = true;
      decoder.setSingleDecode(true); // it stops after the next frame, and keeps the rest
      ctx.channel().eventLoop().execute(() -> next(ctx, decoder));
    }
  }

  /// All that had arrived was decoded.
  void readComplete() {
    if (!over) {
      spent = 0;
    }
  }

  /// Has the decoder go on with what it kept.
  private void next(ChannelHandlerContext ctx, WebSocket13FrameDecoder decoder) {
    ChannelHandlerContext kept = ctx.pipeline().context(decoder);
    if (kept == null || !ctx.channel().isActive()) {
      return; // the socket has gone
    }
    over = false;
    spent = 0;
    decoder.setSingleDecode(false);
    try {
      decoder.channelRead(kept, Unpooled.EMPTY_BUFFER);
      decoder.channelReadComplete(kept);
    } catch (Exception e) {
      kept.fireExceptionCaught(e); // as if the socket had brought it
    }
    if (!over && mayRead.getAsBoolean()) {
      ctx.channel().config().setAutoRead(true);
    }
  }
}
