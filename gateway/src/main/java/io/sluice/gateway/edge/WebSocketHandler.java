package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
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
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What arrives on a WebSocket after the handshake: puts fragments together, answers pings and
/// closes, decompresses, and passes whole messages on. Confined to the loop.
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

    /// Whether the peer was told that this is the end: nothing it sends is of interest any more.
    boolean ended();

    /// Whether the socket may be read from.
    boolean mayRead();
  }

  /// RFC 6455 §7.4.1.
  private static final int PROTOCOL_ERROR = 1002;

  private static final int NOT_OF_ITS_KIND = 1007;
  private static final int TOO_BIG = 1009;
  private static final int SERVER_ERROR = 1011;

  /// As Netty numbers the reserved bits of a frame.
  private static final int RSV1 = 4;

  /// §7.4.2 gives no meaning to codes from here on.
  private static final int NO_CODE = 5_000;

  /// Pings of one read that are answered one by one, so that a client that counts answers is
  /// content; of those beyond only the newest is, §5.5.3: thousands fit into one read.
  private static final int PINGS_A_READ = 16;

  private final Messages messages;
  private final int maxMessage;
  private final Optional<Inflation> inflation;
  private final long maxUnread;
  private @Nullable PartialMessage partial;
  private @Nullable ArrayDeque<byte[]> pings;
  private @Nullable InflationTurn turn;
  private boolean over;

  /// @param maxMessage bytes of a whole message, decompressed
  /// @param inflation there if permessage-deflate was agreed on
  /// @param maxUnread bytes of answers to pings that may wait for a peer that does not read
  WebSocketHandler(
      Messages messages, int maxMessage, Optional<Inflation> inflation, long maxUnread) {
    this.messages = messages;
    this.maxMessage = maxMessage;
    this.inflation = inflation;
    this.maxUnread = maxUnread;
  }

  /// Bytes a message may have on the wire. What cannot be compressed grows a little; the bound is
  /// that of zlib's compressBound, and a flush.
  static int maxPayload(int maxMessage, Optional<Inflation> inflation) {
    return inflation.isEmpty()
        ? maxMessage
        : maxMessage + (maxMessage >> 12) + (maxMessage >> 14) + (maxMessage >> 25) + 18;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (over || messages.ended()) {
      afterTheEnd(ctx, frame);
      return;
    }
    if (frame.rsv() != 0 && !beginsCompressed(frame)) {
      violation(PROTOCOL_ERROR, "a reserved bit is set");
      return;
    }
    switch (frame) {
      case TextWebSocketFrame _ ->
          begin(ctx, frame, frame.rsv() == 0 ? MessageKind.TEXT : MessageKind.DEFLATED_TEXT);
      case BinaryWebSocketFrame _ ->
          begin(ctx, frame, frame.rsv() == 0 ? MessageKind.BINARY : MessageKind.DEFLATED_BINARY);
      case ContinuationWebSocketFrame _ -> goOn(ctx, frame);
      case PingWebSocketFrame ping -> await(ByteBufUtil.getBytes(ping.content()));
      case PongWebSocketFrame _ -> messages.pong(); // allowed unasked, RFC 6455 §5.5.3
      case CloseWebSocketFrame close -> close(ctx, close.statusCode());
      default -> throw new IllegalStateException("an unknown kind of frame: " + frame.getClass());
    }
  }

  /// The peer reads why it ended, and may have sent anything meanwhile. Once it has said its part,
  /// nothing is left to wait for (RFC 6455 §7.1.1), unless it has yet to take what we said.
  private static void afterTheEnd(ChannelHandlerContext ctx, WebSocketFrame frame) {
    ChannelOutboundBuffer unwritten = ctx.channel().unsafe().outboundBuffer();
    if (frame instanceof CloseWebSocketFrame && (unwritten == null || unwritten.isEmpty())) {
      ctx.close();
    }
  }

  /// RFC 7692 §6.1: the bit stands on the first frame of a message only.
  private boolean beginsCompressed(WebSocketFrame frame) {
    return inflation.isPresent()
        && frame.rsv() == RSV1
        && (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame);
  }

  private void begin(ChannelHandlerContext ctx, WebSocketFrame frame, MessageKind kind) {
    if (frame.isFinalFragment()) {
      whole(ctx, ByteBufUtil.getBytes(frame.content()), kind);
    } else {
      int limit = kind.deflated() ? maxPayload(maxMessage, inflation) : maxMessage;
      partial = new PartialMessage(kind, limit);
      goOn(ctx, frame);
    }
  }

  private void goOn(ChannelHandlerContext ctx, WebSocketFrame fragment) {
    PartialMessage message = partial;
    if (message == null) {
      throw new IllegalStateException("a fragment of nothing"); // the decoder refuses it
    }
    if (!message.add(fragment.content())) {
      violation(TOO_BIG, "message too large");
    } else if (message.hopeless()) {
      violation(NOT_OF_ITS_KIND, "text is not UTF-8");
    } else if (fragment.isFinalFragment()) {
      partial = null;
      whole(ctx, message.bytes(), message.kind());
    }
  }

  private void whole(ChannelHandlerContext ctx, byte[] payload, MessageKind kind) {
    if (!kind.deflated()) {
      // with compression agreed on, the decoder lets a little more pass
      if (payload.length > maxMessage) {
        violation(TOO_BIG, "message too large");
      } else {
        deliver(ctx, payload, kind);
      }
      return;
    }
    switch (inflation.orElseThrow().inflate(payload, maxMessage)) {
      case Inflated.Message(byte[] message) -> {
        deliver(ctx, message, kind);
        turn().spent(ctx, message.length);
      }
      case Inflated.TooLarge() -> violation(TOO_BIG, "message too large");
      case Inflated.Corrupt() -> violation(NOT_OF_ITS_KIND, "message cannot be decompressed");
    }
  }

  private InflationTurn turn() {
    InflationTurn known = turn;
    if (known == null) {
      known = new InflationTurn(messages::mayRead);
      turn = known;
    }
    return known;
  }

  private void deliver(ChannelHandlerContext ctx, byte[] message, MessageKind kind) {
    if (kind.text() && !Utf8.isValid(message)) {
      violation(NOT_OF_ITS_KIND, "text is not UTF-8");
      return;
    }
    answerPings(ctx); // they came before it
    if (kind.text()) {
      messages.text(message);
    } else {
      messages.binary(message);
    }
  }

  /// §5.5.1: the answer echoes the code.
  private void close(ChannelHandlerContext ctx, int code) {
    if (code >= NO_CODE) {
      violation(PROTOCOL_ERROR, "no such close code");
      return;
    }
    answerPings(ctx);
    over = true;
    partial = null;
    messages.gone();
    Frames.close(ctx.channel(), Math.max(0, code), "");
  }

  private void violation(int code, String reason) {
    if (!over) {
      over = true;
      partial = null;
      messages.violation(code, reason);
    }
  }

  private void await(byte[] ping) {
    if (pings == null) {
      pings = new ArrayDeque<>(PINGS_A_READ);
    } else if (pings.size() == PINGS_A_READ) {
      pings.removeLast();
    }
    pings.add(ping);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    messages.readComplete();
    answerPings(ctx);
    if (turn != null) {
      turn.readComplete();
    }
  }

  private void answerPings(ChannelHandlerContext ctx) {
    ArrayDeque<byte[]> waiting = pings;
    pings = null;
    ChannelOutboundBuffer unwritten = ctx.channel().unsafe().outboundBuffer();
    if (waiting == null || over || unwritten == null) { // our side is closed
      return;
    }
    if (unwritten.totalPendingWriteBytes() > maxUnread) {
      over = true;
      messages.flooded();
      ctx.close();
      return;
    }
    ByteBuf pongs = ctx.alloc().buffer();
    waiting.forEach(ping -> pongs.writeBytes(Frames.control(Frames.PONG, ping)));
    ctx.writeAndFlush(pongs, ctx.voidPromise());
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
    partial = null;
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
