package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.gateway.edge.EdgeHttpHandler.KeepAlive;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Who serves which path of the public side. A path's transport is what metrics and the access log
/// call it. Confined to the loop.
final class EdgeRoutes {
  /// The transport of a path that is none of ours.
  static final String NONE = "none";

  private final EdgeHttpHandler http;
  private final EdgeContext context;
  private final BooleanSupplier ready;
  private final StreamRoutes streams;
  private final WebSocketRoutes webSockets;

  /// @param ready what `GET /health` answers
  EdgeRoutes(
      EdgeHttpHandler http,
      EdgeContext context,
      LoopContext loop,
      Channel channel,
      BooleanSupplier ready) {
    this.http = http;
    this.context = context;
    this.ready = ready;
    this.streams = new StreamRoutes(http, context, loop, channel);
    this.webSockets = new WebSocketRoutes(http, context, loop, channel);
  }

  /// The transport of a path.
  String transport(String path) {
    return switch (path) {
      case "/health" -> "health";
      case "/connection/websocket" -> "websocket";
      case "/connection/uni_websocket" -> "uni_websocket";
      case "/connection/http_stream" -> "http_stream";
      case "/connection/sse" -> "sse";
      case "/connection/uni_sse" -> "uni_sse";
      case "/connection/uni_http_stream" -> "uni_http_stream";
      case "/emulation" -> "emulation";
      case "/connection/echo" -> context.edge().echo() ? "echo" : NONE;
      default -> NONE;
    };
  }

  /// Has a whole request answered.
  ///
  /// @param transport one that [#transport] knows
  /// @param cors what every answer says to the browser
  /// @param body taken by those who read it
  void serve(
      String transport,
      HttpRequest head,
      QueryStringDecoder query,
      HttpHeaders cors,
      Supplier<byte[]> body) {
    switch (transport) {
      case "health" -> health(head, cors);
      case "websocket" -> webSockets.bidirectional(head, query, cors);
      case "uni_websocket" -> webSockets.uni(head, query, cors);
      case "echo" -> webSockets.echo(head, cors);
      case "http_stream" -> streams.httpStream(head, cors, body.get());
      case "sse" -> streams.sse(head, query, cors);
      case "uni_sse" -> streams.uniSse(head, query, cors);
      case "uni_http_stream" -> streams.uniHttpStream(head, query, cors, body.get());
      case "emulation" -> streams.emulation(head, cors, body.get());
      default -> throw new IllegalStateException("no such transport: " + transport);
    }
  }

  private void health(HttpRequest head, HttpHeaders cors) {
    if (head.method().equals(HttpMethod.OPTIONS)) {
      Cors.preflight(head, cors);
      http.answer(HttpResponseStatus.NO_CONTENT, "", cors, KeepAlive.of(head));
    } else if (head.method().equals(HttpMethod.GET) || head.method().equals(HttpMethod.HEAD)) {
      boolean ok = ready.getAsBoolean();
      http.answer(
          ok ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
          "",
          cors,
          KeepAlive.of(head));
    } else {
      cors.set(HttpHeaderNames.ALLOW, "GET, HEAD, OPTIONS");
      http.answer(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD", cors, KeepAlive.NO);
    }
  }
}
