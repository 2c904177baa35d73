package io.sluice.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.sluice.gateway.edge.EdgeHttpHandler.KeepAlive;
import io.sluice.gateway.edge.WebSocketUpgrade.Compression;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.WireForm;
import java.util.List;
import java.util.Optional;

/// What is asked for by an upgrade: from the handshake to the handler of frames. Confined to the
/// loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class WebSocketRoutes {
  private final EdgeHttpHandler http;
  private final EdgeContext context;
  private final LoopContext loop;
  private final Channel channel;

  WebSocketRoutes(EdgeHttpHandler http, EdgeContext context, LoopContext loop, Channel channel) {
    this.http = http;
    this.context = context;
    this.loop = loop;
    this.channel = channel;
  }

  /// `/connection/websocket`.
  void bidirectional(HttpRequest head, QueryStringDecoder query, HttpHeaders cors) {
    upgrade(
        head,
        cors,
        SubProtocol.names(),
        Compression.SHARED,
        accept -> begin(SubProtocol.encoding(accept.protocol(), query), accept));
  }

  /// `/connection/uni_websocket`.
  void uni(HttpRequest head, QueryStringDecoder query, HttpHeaders cors) {
    http.uniConnect(
        head,
        query,
        cors,
        wanted ->
            upgrade(
                head,
                cors,
                List.of(SubProtocol.JSON),
                Compression.SHARED,
                accept -> begin(wanted, accept)));
  }

  /// `/connection/echo`.
  void echo(HttpRequest head, HttpHeaders cors) {
    upgrade(head, cors, List.of(SubProtocol.JSON), Compression.ANY, this::beginEcho);
  }

  private interface Upgraded {
    void as(WebSocketUpgrade.Accept accept);
  }

  private void upgrade(
      HttpRequest head,
      HttpHeaders cors,
      List<String> protocols,
      Compression possible,
      Upgraded then) {
    Compression compression = context.edge().compression() ? possible : Compression.NONE;
    switch (WebSocketUpgrade.of(head, protocols, compression)) {
      case WebSocketUpgrade.Refuse(HttpResponseStatus status, String reason) -> {
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
          cors.set(HttpHeaderNames.UPGRADE, "websocket")
              .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketUpgrade.VERSION);
        }
        http.answer(status, reason, cors, KeepAlive.NO);
      }
      case WebSocketUpgrade.Accept accept -> {
        if (http.noRoom().isEmpty()) {
          then.as(accept);
        } else if (mayWait(possible)) {
          switchProtocols(accept);
          turnAway();
        } else {
          cors.set(HttpHeaderNames.RETRY_AFTER, EdgeHttpHandler.retryAfter());
          http.answer(HttpResponseStatus.SERVICE_UNAVAILABLE, "no room now", cors, KeepAlive.NO);
        }
      }
    }
  }

  private void switchProtocols(WebSocketUpgrade.Accept upgrade) {
    http.count(HttpResponseStatus.SWITCHING_PROTOCOLS);
    var answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    answer
        .headers()
        .set(HttpHeaderNames.UPGRADE, "websocket")
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, upgrade.accept());
    upgrade
        .protocol()
        .ifPresent(p -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, p));
    upgrade
        .deflate()
        .ifPresent(d -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, d.answer()));
    channel.writeAndFlush(answer, channel.voidPromise());
  }

  /// A probe knows no code of the client protocol, and who comes to a node that is closing should
  /// go elsewhere at once.
  private boolean mayWait(Compression possible) {
    return possible != Compression.ANY && !loop.draining() && context.admission().mayWait();
  }

  private void turnAway() {
    channel.pipeline().addLast(new TurnedAway(context, loop, channel));
    channel.pipeline().remove(http);
    channel.pipeline().remove(HttpServerCodec.class);
  }

  private void begin(Encoding encoding, WebSocketUpgrade.Accept accept) {
    Optional<PerMessageDeflate> deflate = accept.deflate();
    WireForm form =
        switch (encoding) {
          case JSON -> deflate.isPresent() ? WireForm.JSON_DEFLATED : WireForm.JSON;
          case PROTOBUF -> deflate.isPresent() ? WireForm.PROTOBUF_DEFLATED : WireForm.PROTOBUF;
        };
    Connection connection = open(form, accept);
    speakWebSocket(
        new ProtocolMessages(connection, channel), context.edge().maxMessage().asInt(), deflate);
  }

  private void begin(UniRequest.Wanted wanted, WebSocketUpgrade.Accept accept) {
    Optional<PerMessageDeflate> deflate = accept.deflate();
    WireForm form = deflate.isPresent() ? WireForm.JSON_UNI_DEFLATED : WireForm.JSON_UNI;
    Connection connection = open(form, accept);
    speakWebSocket(
        new UniMessages(connection, channel), context.edge().maxMessage().asInt(), deflate);
    connection.connect(wanted.connect(), wanted.since());
    connection.flush();
  }

  private void beginEcho(WebSocketUpgrade.Accept accept) {
    switchProtocols(accept);
    Optional<PerMessageDeflate> deflate = accept.deflate();
    speakWebSocket(
        new EchoMessages(context, loop, channel, deflate), EchoMessages.MAX_MESSAGE, deflate);
  }

  /// The connection is there before its client hears of it: the handshake's line names it.
  private Connection open(WireForm form, WebSocketUpgrade.Accept accept) {
    Connection connection =
        new Connection(
            context,
            loop,
            channel,
            new WebSocketTransport(loop, channel, form, context.edge().outbox().bytes()));
    http.becomes(connection);
    switchProtocols(accept);
    connection.open();
    return connection;
  }

  /// The HTTP codec goes last: what it has read beyond the handshake is handed on to the frame
  /// decoder, and may already be commands, or break the rules.
  private void speakWebSocket(
      WebSocketHandler.Messages messages, int maxMessage, Optional<PerMessageDeflate> deflate) {
    Optional<Inflation> inflation = deflate.map(_ -> loop.inflation());
    WebSocketDecoderConfig config =
        WebSocketDecoderConfig.newBuilder()
            .expectMaskedFrames(true)
            .allowMaskMismatch(false)
            .allowExtensions(inflation.isPresent())
            .maxFramePayloadLength(WebSocketHandler.maxPayload(maxMessage, inflation))
            .closeOnProtocolViolation(false)
            .withUTF8Validator(false)
            .build();
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(
        new PausableFrameDecoder(config),
        new WebSocketHandler(messages, maxMessage, inflation, context.edge().outbox().bytes()));
    pipeline.remove(http);
    pipeline.remove(HttpServerCodec.class);
  }
}
