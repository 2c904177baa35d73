package io.sluice.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
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
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.protocol.Disconnect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The public side before a connection is one: requests as they come in, what they may hold and how
/// long they may take, and their answers. [EdgeRoutes] knows who serves which. Confined to the
/// loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class EdgeHttpHandler extends SimpleChannelInboundHandler<HttpObject> {
  private static final PeerLog peers = PeerLog.of(EdgeHttpHandler.class);

  private final EdgeContext context;
  private final LoopContext loop;
  private final Cors cors;
  private final TickWheel.Timer timer;
  private final Channel channel;
  private final EdgeRoutes routes;
  private final HandshakeLog access;
  private @Nullable HttpRequest request;
  private @Nullable RequestBody body;
  private @Nullable Connection streaming;
  private boolean answerDue;
  private boolean served;
  private boolean closing;
  private String transport = EdgeRoutes.NONE;

  /// @param ready what `GET /health` answers
  EdgeHttpHandler(
      EdgeContext context, LoopContext loop, Cors cors, BooleanSupplier ready, Channel channel) {
    this.context = context;
    this.loop = loop;
    this.cors = cors;
    this.channel = channel;
    this.timer = new TickWheel.Timer(this::tooSlow, this::failed);
    this.routes = new EdgeRoutes(this, context, loop, channel, ready);
    this.access = new HandshakeLog(channel);
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
    access.awaited();
    loop.wheel().set(timer, context.edge().handshakeTimeout().toMillis());
  }

  private void tooSlow() {
    if (!served || request != null) { // else nobody was waiting for an answer
      context.metrics().handshake(transport, "timeout");
      context.metrics().refused(Refusal.HANDSHAKE_TIMEOUT);
      access.refused(Refusal.HANDSHAKE_TIMEOUT.label());
      access.ended(transport, 0);
    }
    channel.close();
  }

  private void failed(Throwable cause) {
    peers.error("a request failed transport={}", transport, cause);
    channel.close();
  }

  /// The node is closing. A socket that was served before and waits for its next request is of no
  /// more use; the first request of any other is awaited, and refused.
  void drain() {
    if (served && request == null && streaming == null && !answerDue) {
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
    if (answerDue) {
      channel.close(); // nobody who waits for an answer sends more; its answer would come first
      return;
    }
    if (message.decoderResult().isFailure()) {
      refuse(BadRequest.of(message.decoderResult().cause(), context.edge()));
      return;
    }
    if (message instanceof HttpRequest head) {
      access.came(head);
      Optional<BadRequest> bad = BadRequest.of(head, context.edge());
      if (bad.isPresent()) {
        refuse(bad.get());
        return;
      }
      request = head;
      body = new RequestBody(use(head), context.edge().maxMessage().asInt(), loop);
      if (HttpUtil.is100ContinueExpected(head)) {
        inviteBody();
      }
    }
    if (message instanceof HttpContent part && body != null && !taken(part, body)) {
      return;
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

  /// RFC 9110 §10.1.1.
  private void inviteBody() {
    var goOn =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    channel.write(goOn, channel.voidPromise());
    readWhileItReads();
  }

  private void refuse(BadRequest bad) {
    refuse(bad.why(), bad.status(), bad.text());
  }

  private void refuse(Refusal why, HttpResponseStatus status, String text) {
    context.metrics().refused(why);
    access.refused(why.label());
    answer(status, text, new DefaultHttpHeaders(), KeepAlive.NO);
  }

  private static String path(HttpRequest head) {
    return new QueryStringDecoder(head.uri()).rawPath();
  }

  private RequestBody.Use use(HttpRequest head) {
    return head.method().equals(HttpMethod.POST)
            && StreamRoutes.readsBody(routes.transport(path(head)))
        ? RequestBody.Use.READ
        : RequestBody.Use.DROPPED;
  }

  private void handle(HttpRequest head) {
    QueryStringDecoder query = new QueryStringDecoder(head.uri());
    String path = query.rawPath();
    transport = routes.transport(path);
    if (transport.equals(EdgeRoutes.NONE)) {
      answer(HttpResponseStatus.NOT_FOUND, "no such path", new DefaultHttpHeaders(), KeepAlive.NO);
      return;
    }
    cors.of(head)
        .ifPresentOrElse(
            headers -> routes.serve(transport, head, query, headers, this::bytes),
            () ->
                refuse(
                    Refusal.ORIGIN,
                    HttpResponseStatus.FORBIDDEN,
                    "this origin is not in edge.allowed-origins"));
  }

  /// Takes a part of the body, or refuses it all.
  private boolean taken(HttpContent part, RequestBody into) {
    switch (into.add(part.content())) {
      case YES -> {
        return true;
      }
      case TOO_LARGE -> refuse(BadRequest.body(context.edge()));
      case NO_ROOM -> {
        context.metrics().refused(Refusal.BODIES);
        access.refused(Refusal.BODIES.label());
        var headers = new DefaultHttpHeaders().set(HttpHeaderNames.RETRY_AFTER, retryAfter());
        answer(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "too many bodies are under way",
            headers,
            KeepAlive.NO);
      }
    }
    var _ = bytes();
    return false;
  }

  /// What the body was; it is of no more concern.
  private byte[] bytes() {
    RequestBody whole = body;
    body = null;
    return whole == null ? new byte[0] : whole.end();
  }

  /// Why no connection may begin now, if none may.
  Optional<Refusal> noRoom() {
    Optional<Refusal> why =
        loop.draining()
            ? Optional.of(Refusal.DRAINING)
            : context.admission().judge(Peer.of(channel).address());
    why.ifPresent(reason -> {
      context.metrics().refused(reason);
      access.refused(reason.label());
      peers.info(
          "no room reason={} address={}",
          reason.label(),
          Peer.of(channel).address().getHostAddress());
    });
    return why;
  }

  interface WithConnect {
    void accept(UniRequest.Wanted wanted);
  }

  void uniConnect(HttpRequest head, QueryStringDecoder query, HttpHeaders cors, WithConnect then) {
    switch (UniRequest.of(head, query, context.edge())) {
      case UniRequest.Wanted wanted -> then.accept(wanted);
      case UniRequest.Unreadable(String reason) ->
          answer(HttpResponseStatus.BAD_REQUEST, reason, cors, KeepAlive.NO);
    }
  }

  /// Whole seconds, spread as [TurnedAway] spreads.
  static int retryAfter() {
    return ThreadLocalRandom.current().nextInt(1, 5);
  }

  /// The request that is about to be answered becomes a connection, which its line names.
  void becomes(Connection connection) {
    access.becomes(connection);
  }

  // for streams

  /// From now on the socket is this stream, and nothing else is asked of it.
  void streams(Connection connection) {
    becomes(connection);
    count(HttpResponseStatus.OK);
    streaming = connection;
  }

  /// There was no room for a stream, which was told so.
  void turnedAway() {
    context.metrics().handshake(transport, "turned-away");
    access.ended(transport, HttpResponseStatus.OK.code());
    noMore();
  }

  /// Answers later; until then nothing more may come.
  <T> void await(CompletionStage<T> outcome, Consumer<T> then) {
    CompletableFuture<T> due = outcome.toCompletableFuture();
    if (due.isDone()) {
      then.accept(due.join());
      return;
    }
    answerDue = true;
    var _ =
        due.whenComplete((value, failure) ->
            channel
                .eventLoop()
                .execute(() -> {
                  answerDue = false;
                  if (failure != null) {
                    failed(failure);
                  } else if (channel.isActive()) {
                    then.accept(value);
                    channel.flush();
                  }
                }));
  }

  /// Whether the socket serves another request.
  enum KeepAlive {
    YES,
    NO;

    static KeepAlive of(HttpRequest head) {
      return HttpUtil.isKeepAlive(head) ? YES : NO;
    }
  }

  void answer(HttpResponseStatus status, String text, HttpHeaders headers, KeepAlive keepAlive) {
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

  /// Bytes wait for the peer, and it takes none of them: an event stream is told so, an answer is
  /// not worth more waiting.
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event != WriteWatch.Event.STALLED) {
      ctx.fireUserEventTriggered(event);
    } else if (streaming != null) {
      streaming.end(Disconnect.SLOW);
    } else {
      context.metrics().handshake(transport, "stalled");
      access.refused("stalled");
      access.ended(transport, 0);
      channel.close();
    }
  }

  void count(HttpResponseStatus status) {
    context.metrics().handshake(transport, Integer.toString(status.code()));
    access.ended(transport, status.code());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    var _ = bytes();
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
      peers.error("a request failed transport={}", transport, cause);
    }
    ctx.close();
  }
}
