package io.sluice.perf.floor;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.sluice.broker.ByteSize;

/// The opening handshake: Netty's, which takes the HTTP handlers out again. Afterwards nothing
/// stands between a subscriber's write and its socket. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class FloorUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
  static final String PATH = "/connection/websocket";

  /// A whole message of a client; larger ones end the connection.
  private static final ByteSize MOST_MESSAGE = ByteSize.mib(1);

  private static final WebSocketServerHandshakerFactory HANDSHAKES =
      new WebSocketServerHandshakerFactory(
          PATH,
          "centrifuge-json",
          WebSocketDecoderConfig.newBuilder()
              .allowExtensions(false)
              .closeOnProtocolViolation(false)
              .maxFramePayloadLength(MOST_MESSAGE.asInt())
              .withUTF8Validator(false)
              .build());

  private final FloorLoop loop;
  private final FloorChannels channels;

  FloorUpgrade(FloorLoop loop, FloorChannels channels) {
    this.loop = loop;
    this.channels = channels;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    String uri = request.uri();
    if (!uri.equals(PATH) && !uri.startsWith(PATH + "?")) {
      refuse(ctx, HttpResponseStatus.NOT_FOUND);
      return;
    }
    WebSocketServerHandshaker handshake = HANDSHAKES.newHandshaker(request);
    if (handshake == null || handshake.version() != WebSocketVersion.V13) {
      refuse(ctx, HttpResponseStatus.UPGRADE_REQUIRED);
      return;
    }
    handshake.handshake(ctx.channel(), request);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addLast(
        new WebSocketFrameAggregator(MOST_MESSAGE.asInt()), new FloorConnection(loop, channels));
    pipeline.remove(WebSocket13FrameEncoder.class); // every frame is written as it is
    pipeline.remove(this);
  }

  private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status) {
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  /// No handshake after all, or the peer has gone in the middle of it.
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
