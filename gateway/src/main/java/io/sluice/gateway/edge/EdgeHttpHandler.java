package io.sluice.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.edge.WebSocketUpgrade.Compression;
import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.WireForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The public side before a connection is one: paths, origins, handshakes, and the time they may
/// take. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class EdgeHttpHandler extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger log = LoggerFactory.getLogger(EdgeHttpHandler.class);

  private final EdgeContext context;
  private final LoopContext loop;
  private final Origins origins;
  private final BooleanSupplier ready;
  private final TickWheel.Timer timer;
  private final Channel channel;
  private @Nullable HttpRequest request;
  private @Nullable Connection streaming;
  private boolean served;
  private boolean closing;
  private String transport = "none";

  /// @param ready what `GET /health` answers
  EdgeHttpHandler(
      EdgeContext context,
      LoopContext loop,
      Origins origins,
      BooleanSupplier ready,
      Channel channel) {
    this.context = context;
    this.loop = loop;
    this.origins = origins;
    this.ready = ready;
    this.channel = channel;
    this.timer = new TickWheel.Timer(this::tooSlow, this::failed);
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.requests().add(this);
    awaitRequest();
  }

  private void awaitRequest() {
    loop.wheel().set(timer, context.edge().handshakeTimeout().toMillis());
  }

  private void tooSlow() {
    context.metrics().handshake(transport, "timeout");
    channel.close();
  }

  private void failed(Throwable cause) {
    log.error("a request failed transport={}", transport, cause);
    channel.close();
  }

  /// The node is closing. A socket that was served before and waits for its next request is of no
  /// more use; the first request of any other is awaited, and refused.
  void drain() {
    if (served && request == null && streaming == null) {
      channel.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (closing) {
      ReferenceCountUtil.release(message); // whatever follows the last answer
    } else {
      super.channelRead(ctx, message);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (streaming != null) {
      anotherRequest(streaming);
      return;
    }
    if (message.decoderResult().isFailure()) {
      malformed(message.decoderResult().cause());
      return;
    }
    if (message instanceof HttpRequest head) {
      request = head;
      if (HttpUtil.is100ContinueExpected(head) && !bodyInvited(head)) {
        return;
      }
    }
    if (message instanceof LastHttpContent && request != null) {
      HttpRequest whole = request;
      request = null;
      loop.wheel().cancel(timer);
      handle(whole);
    }
  }

  /// A stream has no further requests, and the codec would remember the method of each.
  private void anotherRequest(Connection stream) {
    closing = true;
    stream.violated();
    channel.close();
  }

  /// RFC 9110 §10.1.1. No request of the edge has a use for its body, so that it may be as large as
  /// a message.
  ///
  /// @return whether the request goes on
  private boolean bodyInvited(HttpRequest head) {
    if (HttpUtil.getContentLength(head, 0L) > context.edge().maxMessage().bytes()) {
      String limit = "a body is larger than " + context.edge().maxMessage();
      answer(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          limit,
          new DefaultHttpHeaders(),
          KeepAlive.NO);
      return false;
    }
    var goOn =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    channel.write(goOn, channel.voidPromise());
    readWhileItReads();
    return true;
  }

  private void malformed(Throwable cause) {
    HttpResponseStatus status =
        switch (cause) {
          case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
          case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
          default -> HttpResponseStatus.BAD_REQUEST;
        };
    String limit =
        switch (cause) {
          case TooLongHttpLineException _ ->
              "the request line is longer than " + context.edge().maxRequestLine();
          case TooLongHttpHeaderException _ ->
              "the headers are larger than " + context.edge().maxHeaders();
          default -> "not an HTTP request";
        };
    answer(status, limit, new DefaultHttpHeaders(), KeepAlive.NO);
  }

  private void handle(HttpRequest head) {
    QueryStringDecoder query = new QueryStringDecoder(head.uri());
    String path = query.rawPath();
    transport = transport(path);
    if (transport.equals("none")) {
      answer(HttpResponseStatus.NOT_FOUND, "no such path", new DefaultHttpHeaders(), KeepAlive.NO);
      return;
    }
    Optional<HttpHeaders> cors = cors(head);
    if (cors.isEmpty()) {
      answer(
          HttpResponseStatus.FORBIDDEN,
          "this origin is not in edge.allowed-origins",
          new DefaultHttpHeaders(),
          KeepAlive.NO);
    } else {
      route(head, query, cors.get());
    }
  }

  private String transport(String path) {
    return switch (path) {
      case "/health" -> "health";
      case "/connection/websocket" -> "websocket";
      case "/connection/uni_websocket" -> "uni_websocket";
      case "/connection/uni_sse" -> "uni_sse";
      case "/connection/echo" -> context.edge().echo() ? "echo" : "none";
      default -> "none";
    };
  }

  /// Headers for the page that asks (Fetch §3.3), or nothing when it may not. Without an `Origin`
  /// it is no browser.
  private Optional<HttpHeaders> cors(HttpRequest head) {
    HttpHeaders headers = new DefaultHttpHeaders();
    String origin = head.headers().get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return Optional.of(headers);
    }
    headers.set(HttpHeaderNames.VARY, "Origin");
    return switch (origins.judge(origin, head.headers().get(HttpHeaderNames.HOST, ""))) {
      case TRUSTED ->
          Optional.of(
              headers
                  .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                  .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"));
      case ANYONE ->
          Optional.of(headers.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, Origins.ANY));
      case REFUSED -> Optional.empty();
    };
  }

  private void route(HttpRequest head, QueryStringDecoder query, HttpHeaders cors) {
    switch (transport) {
      case "health" -> health(head, cors);
      case "websocket" -> upgrade(head, cors, Compression.SHARED, this::bidirectional);
      case "uni_websocket" ->
          uniConnect(
              head,
              query,
              cors,
              c -> upgrade(head, cors, Compression.SHARED, deflate -> uniWebSocket(c, deflate)));
      case "echo" -> upgrade(head, cors, Compression.ANY, this::echo);
      case "uni_sse" -> sse(head, query, cors);
      default -> throw new IllegalStateException("no such transport: " + transport);
    }
  }

  private void health(HttpRequest head, HttpHeaders cors) {
    if (head.method().equals(HttpMethod.OPTIONS)) {
      preflight(head, cors);
    } else if (head.method().equals(HttpMethod.GET) || head.method().equals(HttpMethod.HEAD)) {
      boolean ok = ready.getAsBoolean();
      answer(
          ok ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
          "",
          cors,
          KeepAlive.of(head));
    } else {
      cors.set(HttpHeaderNames.ALLOW, "GET, HEAD, OPTIONS");
      answer(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD", cors, KeepAlive.NO);
    }
  }

  /// Why no connection may begin now, if none may.
  private Optional<String> noRoom() {
    if (loop.draining()) {
      return Optional.of("this node is closing");
    }
    return context.metrics().connections() >= context.edge().maxConnections()
        ? Optional.of("edge.max-connections is reached")
        : Optional.empty();
  }

  private void sse(HttpRequest head, QueryStringDecoder query, HttpHeaders cors) {
    if (head.method().equals(HttpMethod.OPTIONS)) {
      preflight(head, cors);
    } else if (!head.method().equals(HttpMethod.GET)) {
      cors.set(HttpHeaderNames.ALLOW, "GET, OPTIONS");
      answer(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET", cors, KeepAlive.NO);
    } else {
      uniConnect(head, query, cors, c -> uniSse(c, cors));
    }
  }

  /// Fetch §3.3.3. Cached for an hour, so that a page asks once.
  private void preflight(HttpRequest head, HttpHeaders cors) {
    cors.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, OPTIONS");
    String wanted = head.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (wanted != null) {
      cors.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
    cors.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "3600");
    answer(HttpResponseStatus.NO_CONTENT, "", cors, KeepAlive.of(head));
  }

  private interface WithConnect {
    void accept(Command.Connect connect);
  }

  private void uniConnect(
      HttpRequest head, QueryStringDecoder query, HttpHeaders cors, WithConnect then) {
    Command.Connect connect;
    try {
      connect = UniRequest.of(head, query, context.edge());
    } catch (BadFrameException e) {
      answer(HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()), cors, KeepAlive.NO);
      return;
    }
    then.accept(connect);
  }

  private interface WithDeflate {
    void accept(Optional<PerMessageDeflate> deflate);
  }

  private void upgrade(HttpRequest head, HttpHeaders cors, Compression possible, WithDeflate then) {
    Compression compression = context.edge().compression() ? possible : Compression.NONE;
    switch (WebSocketUpgrade.of(head, List.of(SUB_PROTOCOL), compression)) {
      case WebSocketUpgrade.Refuse(HttpResponseStatus status, String reason) -> {
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
          cors.set(HttpHeaderNames.UPGRADE, "websocket")
              .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketUpgrade.VERSION);
        }
        answer(status, reason, cors, KeepAlive.NO);
      }
      case WebSocketUpgrade.Accept _ when noRoom().isPresent() ->
          answer(HttpResponseStatus.SERVICE_UNAVAILABLE, noRoom().get(), cors, KeepAlive.NO);
      case WebSocketUpgrade.Accept(
              String accept,
              Optional<String> protocol,
              Optional<PerMessageDeflate> deflate) -> {
        count(HttpResponseStatus.SWITCHING_PROTOCOLS);
        var answer =
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.SWITCHING_PROTOCOLS,
                Unpooled.EMPTY_BUFFER);
        answer
            .headers()
            .set(HttpHeaderNames.UPGRADE, "websocket")
            .set(HttpHeaderNames.CONNECTION, "Upgrade")
            .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, accept);
        protocol.ifPresent(p -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, p));
        deflate.ifPresent(
            d -> answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, d.answer()));
        channel.writeAndFlush(answer, channel.voidPromise());
        then.accept(deflate);
      }
    }
  }

  private static final String SUB_PROTOCOL = "centrifuge-json";

  private void bidirectional(Optional<PerMessageDeflate> deflate) {
    WireForm form = deflate.isPresent() ? WireForm.JSON_DEFLATED : WireForm.JSON;
    Connection connection = new Connection(context, loop, channel, webSocketTransport(form));
    speakWebSocket(
        new ProtocolMessages(connection, channel), context.edge().maxMessage().asInt(), deflate);
    connection.open();
  }

  private void uniWebSocket(Command.Connect connect, Optional<PerMessageDeflate> deflate) {
    WireForm form = deflate.isPresent() ? WireForm.JSON_UNI_DEFLATED : WireForm.JSON_UNI;
    Connection connection = new Connection(context, loop, channel, webSocketTransport(form));
    speakWebSocket(
        new UniMessages(connection, channel), context.edge().maxMessage().asInt(), deflate);
    connection.open();
    connection.connect(connect);
    connection.flush();
  }

  private void echo(Optional<PerMessageDeflate> deflate) {
    speakWebSocket(
        new EchoMessages(context.metrics(), loop, channel, deflate),
        EchoMessages.MAX_MESSAGE,
        deflate);
  }

  private WebSocketTransport webSocketTransport(WireForm form) {
    return new WebSocketTransport(channel, form, context.edge().outbox().bytes());
  }

  /// The HTTP codec goes last: what it has read beyond the handshake is handed on to the frame
  /// decoder.
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
        new WebSocket13FrameDecoder(config),
        new WebSocketHandler(messages, maxMessage, inflation, context.edge().outbox().bytes()));
    pipeline.remove(this);
    pipeline.remove(HttpServerCodec.class);
  }

  private void uniSse(Command.Connect connect, HttpHeaders cors) {
    SseTransport transport = new SseTransport(channel, cors, context.edge().outbox().bytes());
    if (noRoom().isPresent()) {
      context.metrics().handshake(this.transport, "turned-away");
      transport.turnAway();
      noMore();
      return;
    }
    count(HttpResponseStatus.OK);
    Connection connection = new Connection(context, loop, channel, transport);
    streaming = connection;
    connection.open();
    connection.connect(connect);
    connection.flush();
  }

  /// Whether the socket serves another request.
  private enum KeepAlive {
    YES,
    NO;

    static KeepAlive of(HttpRequest head) {
      return HttpUtil.isKeepAlive(head) ? YES : NO;
    }
  }

  private void answer(
      HttpResponseStatus status, String text, HttpHeaders headers, KeepAlive keepAlive) {
    count(status);
    byte[] body = text.isEmpty() ? new byte[0] : (text + "\n").getBytes(StandardCharsets.UTF_8);
    var answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    answer.headers().set(headers);
    if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
      answer.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    if (body.length > 0) {
      answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    }
    if (keepAlive == KeepAlive.YES && !loop.draining()) {
      served = true;
      channel.write(answer, channel.voidPromise());
      readWhileItReads();
      awaitRequest();
    } else {
      answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      if (answer.headers().contains(HttpHeaderNames.UPGRADE)) {
        answer.headers().add(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE); // RFC 9110 §7.8
      }
      channel.write(answer);
      Frames.endWith(channel, new byte[0]);
      noMore();
    }
  }

  /// Nothing that follows is looked at. Without its codec the socket's bytes are dropped as they
  /// are; the codec would go on to remember the method of every request.
  private void noMore() {
    closing = true;
    loop.wheel().cancel(timer);
    channel.pipeline().remove(HttpServerCodec.class);
  }

  /// Requests may be pipelined: who does not read the answers is not read from either. What is
  /// decoded already is at most one buffer of 64 KiB.
  private void readWhileItReads() {
    channel.config().setAutoRead(channel.isWritable());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    channel.flush(); // all answers at once
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (streaming == null) {
      readWhileItReads();
    }
    ctx.fireChannelWritabilityChanged();
  }

  private void count(HttpResponseStatus status) {
    context.metrics().handshake(transport, Integer.toString(status.code()));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    loop.requests().remove(this);
    loop.wheel().cancel(timer);
    channel.config().setAutoRead(true);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.wheel().cancel(timer);
    if (streaming != null) {
      streaming.gone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      log.error("a request failed transport={}", transport, cause);
    }
    ctx.close();
  }
}
