package io.sluice.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// How much one socket may have decompressed in a row. 80 bytes can become 64 KiB, and one read
/// brings hundreds of such frames: the loop's other sockets would wait for all of them. Once a
/// socket's turn is over, what it has sent stays undecoded in its frame decoder, and it is not read
/// from, until the loop has looked at everyone else. A peer that closes its socket in the middle of
/// that loses what is left; one that says goodbye first (RFC 6455 §7.1.1) does not. Confined to the
/// loop.
final class InflationTurn {
  /// Bytes after which a turn ends, with the message that reached it: well below a millisecond.
  static final int MOST = 256 * 1024;

  private final BooleanSupplier mayRead;
  private int spent;

  /// @param mayRead whether whoever takes the messages wants the socket to be read from
  InflationTurn(BooleanSupplier mayRead) {
    this.mayRead = mayRead;
  }

  /// A message was decompressed and passed on.
  ///
  /// @param ctx of a handler behind the frame decoder
  void spent(ChannelHandlerContext ctx, int bytes) {
    spent += bytes;
    PausableFrameDecoder decoder = ctx.pipeline().get(PausableFrameDecoder.class);
    if (spent < MOST || decoder == null) {
      return;
    }
    spent = 0;
    ctx.channel().config().setAutoRead(false);
    decoder.pause();
    // a task would run before sockets are looked at again, and so would the task after it; timers
    // that are due are taken up once a round
    var _ = ctx.channel().eventLoop().schedule(() -> next(ctx, decoder), 0, TimeUnit.NANOSECONDS);
  }

  /// All that had arrived was decoded.
  void readComplete() {
    spent = 0;
  }

  /// Has the decoder go on with what it kept.
  private void next(ChannelHandlerContext ctx, PausableFrameDecoder decoder) {
    ChannelHandlerContext kept = ctx.pipeline().context(decoder);
    if (kept == null || !ctx.channel().isActive()) {
      return; // the socket has gone
    }
    decoder.goOn();
    try {
      decoder.channelRead(kept, Unpooled.EMPTY_BUFFER);
      decoder.channelReadComplete(kept);
    } catch (Exception e) {
      kept.fireExceptionCaught(e); // as if the socket had brought it
    }
    if (!decoder.paused() && mayRead.getAsBoolean()) {
      ctx.channel().config().setAutoRead(true);
    }
  }
}
