package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What arrives on a WebSocket after the handshake: puts fragments together, answers pings and
/// closes, and passes whole messages on. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class WebSocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final PeerLog peers = PeerLog.of(WebSocketHandler.class);

  /// Who wants the messages.
  interface Messages {
    void text(byte[] message);

    void binary(byte[] message);

    /// All that had arrived was passed on: the moment to answer it in one write.
    void readComplete();

    /// The peer breaks the rules or a limit; the socket is to be closed with this code. The last
    /// call but [#gone].
    void violation(int code, String reason);

    /// The peer pings and does not read; the socket is being cut.
    void flooded();

    /// Bytes wait for the peer, and it takes none of them.
    void stalled();

    /// The peer answered a ping of ours, or sent a pong unasked.
    default void pong() {
      // whoever pings asks otherwise
    }

    /// The socket has gone, or is about to because the peer said so.
    void gone();
  }

  /// RFC 6455 §7.4.1.
  private static final int TOO_BIG = 1009;

  private static final int SERVER_ERROR = 1011;
  private static final int PROTOCOL_ERROR = 1002;

  /// §7.4.2. Netty takes larger ones.
  private static final int LAST_CODE = 4999;

  private final Messages messages;
  private final int maxMessage;
  private final long maxUnread;
  private @Nullable ByteBuf fragments;
  private byte @Nullable [] ping;
  private boolean over;
  private boolean fragmentsAreText;

  /// @param maxMessage bytes of a whole message
  /// @param maxUnread bytes of answers to pings that may wait for a peer that does not read
  WebSocketHandler(Messages messages, int maxMessage, long maxUnread) {
    this.messages = messages;
    this.maxMessage = maxMessage;
    this.maxUnread = maxUnread;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (over) {
      return; // what follows a violation, while the peer reads why
    }
    switch (frame) {
      case TextWebSocketFrame text -> data(text, true);
      case BinaryWebSocketFrame binary -> data(binary, false);
      case ContinuationWebSocketFrame more -> fragment(more);
      // only the newest is answered, §5.5.3: thousands fit into one read
      case PingWebSocketFrame newest -> ping = ByteBufUtil.getBytes(newest.content());
      case PongWebSocketFrame _ -> messages.pong(); // allowed unasked, RFC 6455 §5.5.3
      case CloseWebSocketFrame close when close.statusCode() > LAST_CODE ->
          violation(PROTOCOL_ERROR, "no close code: " + close.statusCode());
      case CloseWebSocketFrame close -> {
        over = true;
        messages.gone();
        // §5.5.1: the answer echoes the code
        Frames.close(ctx.channel(), Math.max(0, close.statusCode()), "");
      }
      default -> throw new IllegalStateException("an unknown kind of frame: " + frame.getClass());
    }
  }

  private void data(WebSocketFrame frame, boolean text) {
    if (frame.isFinalFragment()) {
      deliver(ByteBufUtil.getBytes(frame.content()), text);
      return;
    }
    fragments = Unpooled.buffer(frame.content().readableBytes(), maxMessage);
    fragmentsAreText = text;
    fragment(frame);
  }

  private void fragment(WebSocketFrame frame) {
    ByteBuf soFar = fragments;
    if (soFar == null) {
      return; // what follows a message that was too large
    }
    if (soFar.readableBytes() + frame.content().readableBytes() > maxMessage) {
      fragments = null;
      violation(TOO_BIG, "message too large");
      return;
    }
    soFar.writeBytes(frame.content());
    if (frame.isFinalFragment()) {
      fragments = null;
      deliver(ByteBufUtil.getBytes(soFar), fragmentsAreText);
    }
  }

  private void deliver(byte[] message, boolean text) {
    if (text) {
      messages.text(message);
    } else {
      messages.binary(message);
    }
  }

  private void violation(int code, String reason) {
    if (!over) {
      over = true;
      messages.violation(code, reason);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    messages.readComplete();
    byte[] newest = ping;
    ping = null;
    if (newest != null && !over) {
      pong(ctx, newest);
    }
  }

  private void pong(ChannelHandlerContext ctx, byte[] payload) {
    ChannelOutboundBuffer unwritten = ctx.channel().unsafe().outboundBuffer();
    if (unwritten == null) {
      return; // our side is closed
    }
    if (unwritten.totalPendingWriteBytes() > maxUnread) {
      over = true;
      messages.flooded();
      ctx.close();
      return;
    }
    ctx.writeAndFlush(
        Unpooled.wrappedBuffer(Frames.control(Frames.PONG, payload)), ctx.voidPromise());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == WriteWatch.Event.STALLED) {
      if (!over) {
        over = true;
        messages.stalled();
      }
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fragments = null;
    messages.gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    switch (cause) {
      case CorruptedWebSocketFrameException corrupted ->
          violation(corrupted.closeStatus().code(), corrupted.closeStatus().reasonText());
      case IOException _ -> ctx.close();
      default -> {
        peers.error("a connection failed", cause);
        // a failed write is told in the middle of a hub's turn, which must not lose subscribers
        // then
        ctx.channel().eventLoop().execute(() -> violation(SERVER_ERROR, "internal server error"));
      }
    }
  }
}
