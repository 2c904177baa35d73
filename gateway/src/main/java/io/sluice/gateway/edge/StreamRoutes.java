package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sluice.gateway.edge.EdgeHttpHandler.KeepAlive;
import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.EmulationRequest;
import io.sluice.gateway.protocol.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What is asked for over plain HTTP: streams, and commands for those that are open. Confined to
/// the loop.
final class StreamRoutes {
  /// What a body in Protocol Buffers is said to be.
  private static final String BINARY = "application/octet-stream";

  private final EdgeHttpHandler http;
  private final EdgeContext context;
  private final LoopContext loop;
  private final Channel channel;

  StreamRoutes(EdgeHttpHandler http, EdgeContext context, LoopContext loop, Channel channel) {
    this.http = http;
    this.context = context;
    this.loop = loop;
    this.channel = channel;
  }

  /// Whether the body of a POST is read.
  static boolean readsBody(String transport) {
    return switch (transport) {
      case "http_stream", "uni_http_stream", "emulation" -> true;
      default -> false;
    };
  }

  /// `POST /connection/http_stream`: the body holds the first commands.
  void httpStream(HttpRequest head, HttpHeaders cors, byte[] body) {
    if (!allowed(head, cors, HttpMethod.POST)) {
      return;
    }
    if (body.length == 0) {
      bad("the body is to hold commands, a connect first", cors);
      return;
    }
    StreamStyle style =
        encoding(head) == Encoding.PROTOBUF ? StreamStyle.MESSAGES : StreamStyle.LINES;
    open(style, cors, connection -> connection.intake().receive(body));
  }

  /// `GET /connection/sse?cf_connect=`: the parameter holds the first commands.
  void sse(HttpRequest head, QueryStringDecoder query, HttpHeaders cors) {
    if (!allowed(head, cors, HttpMethod.GET)) {
      return;
    }
    byte[] commands = first(query, "cf_connect").getBytes(StandardCharsets.UTF_8);
    if (commands.length == 0) {
      bad("cf_connect is to hold commands, a connect first", cors);
    } else if (commands.length > context.edge().maxMessage().bytes()) {
      context.metrics().refused(Refusal.BODY);
      http.answer(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          "cf_connect is larger than " + context.edge().maxMessage(),
          cors,
          KeepAlive.NO);
    } else {
      open(StreamStyle.EVENTS, cors, connection -> connection.intake().receive(commands));
    }
  }

  /// `GET /connection/uni_sse`.
  void uniSse(HttpRequest head, QueryStringDecoder query, HttpHeaders cors) {
    if (allowed(head, cors, HttpMethod.GET)) {
      http.uniConnect(head, query, cors, wanted -> open(StreamStyle.UNI_EVENTS, cors, wanted));
    }
  }

  /// `GET` or `POST /connection/uni_http_stream`: a body holds a connect request.
  void uniHttpStream(HttpRequest head, QueryStringDecoder query, HttpHeaders cors, byte[] body) {
    if (!allowed(head, cors, HttpMethod.GET, HttpMethod.POST)) {
      return;
    }
    if (body.length == 0) {
      http.uniConnect(head, query, cors, wanted -> open(StreamStyle.UNI_LINES, cors, wanted));
      return;
    }
    switch (UniRequest.ofBody(head, query, body)) {
      case UniRequest.Wanted wanted -> open(StreamStyle.UNI_LINES, cors, wanted);
      case UniRequest.Unreadable(String reason) -> bad(reason, cors);
    }
  }

  /// `POST /emulation`: commands for a stream, at whatever node it is.
  void emulation(HttpRequest head, HttpHeaders cors, byte[] body) {
    if (!allowed(head, cors, HttpMethod.POST)) {
      return;
    }
    EmulationRequest request;
    try {
      request = EmulationRequest.read(encoding(head), body);
    } catch (BadFrameException _) {
      bad("the body is to hold node, session and data", cors);
      return;
    }
    KeepAlive keepAlive = KeepAlive.of(head);
    http.await(
        context.emulations().take(request.node(), request.session(), request.data()),
        taken -> answer(taken, cors, keepAlive));
  }

  private void answer(Emulations.Taken taken, HttpHeaders cors, KeepAlive keepAlive) {
    switch (taken) {
      case YES -> http.answer(HttpResponseStatus.NO_CONTENT, "", cors, keepAlive);
      case UNKNOWN -> http.answer(HttpResponseStatus.NOT_FOUND, "no such session", cors, keepAlive);
      case TOO_MANY ->
          http.answer(
              HttpResponseStatus.TOO_MANY_REQUESTS, "too many commands wait", cors, keepAlive);
      case UNANSWERED ->
          http.answer(
              HttpResponseStatus.SERVICE_UNAVAILABLE, "its node does not answer", cors, keepAlive);
    }
  }

  private interface Begin {
    void with(Connection connection);
  }

  private void open(StreamStyle style, HttpHeaders cors, UniRequest.Wanted wanted) {
    open(style, cors, connection -> connection.connect(wanted.connect(), wanted.since()));
  }

  private void open(StreamStyle style, HttpHeaders cors, Begin begin) {
    StreamTransport transport =
        new StreamTransport(loop, channel, style, cors, context.edge().outbox().bytes());
    if (http.noRoom().isPresent()) {
      transport.turnAway();
      http.turnedAway();
      return;
    }
    Connection connection = new Connection(context, loop, channel, transport);
    http.streams(connection);
    connection.open();
    begin.with(connection);
    connection.flush();
  }

  /// Answers preflights, and methods that are of no use here.
  ///
  /// @return whether the request is to be served
  private boolean allowed(HttpRequest head, HttpHeaders cors, HttpMethod... methods) {
    if (head.method().equals(HttpMethod.OPTIONS)) {
      Cors.preflight(head, cors);
      http.answer(HttpResponseStatus.NO_CONTENT, "", cors, KeepAlive.of(head));
      return false;
    }
    List<HttpMethod> served = List.of(methods);
    if (served.contains(head.method())) {
      return true;
    }
    cors.set(HttpHeaderNames.ALLOW, String.join(", ", names(served)) + ", OPTIONS");
    http.answer(
        HttpResponseStatus.METHOD_NOT_ALLOWED,
        "only " + String.join(" and ", names(served)),
        cors,
        KeepAlive.NO);
    return false;
  }

  private static List<String> names(List<HttpMethod> methods) {
    return methods.stream().map(HttpMethod::name).toList();
  }

  private void bad(String reason, HttpHeaders cors) {
    http.answer(HttpResponseStatus.BAD_REQUEST, reason, cors, KeepAlive.NO);
  }

  private static Encoding encoding(HttpRequest head) {
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    return type.startsWith(BINARY) ? Encoding.PROTOBUF : Encoding.JSON;
  }

  private static String first(QueryStringDecoder query, String name) {
    try {
      List<String> values = query.parameters().getOrDefault(name, List.of());
      return values.isEmpty() ? "" : values.getFirst();
    } catch (IllegalArgumentException _) {
      return ""; // nothing in it can be read
    }
  }
}
