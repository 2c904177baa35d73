package io.sluice.gateway.edge;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.sluice.gateway.config.EdgeConfig;
import java.util.Optional;

/// A request that is refused whatever it asks for.
///
/// @param status what it is answered
/// @param text for people: the limit, never what a decoder said
/// @param why for the metric
record BadRequest(HttpResponseStatus status, String text, Refusal why) {
  /// What the HTTP decoder could not read.
  static BadRequest of(Throwable cause, EdgeConfig edge) {
    return switch (cause) {
      case TooLongHttpLineException _ ->
          new BadRequest(
              HttpResponseStatus.REQUEST_URI_TOO_LONG,
              "the request line is longer than " + edge.maxRequestLine(),
              Refusal.REQUEST_LINE);
      case TooLongHttpHeaderException _ ->
          new BadRequest(
              HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "the headers are larger than " + edge.maxHeaders(),
              Refusal.HEADERS);
      default ->
          new BadRequest(HttpResponseStatus.BAD_REQUEST, "not an HTTP request", Refusal.MALFORMED);
    };
  }

  /// Judges a head that could be read. Whether it has a use for its body or not, it may have one as
  /// large as a message.
  static Optional<BadRequest> of(HttpRequest head, EdgeConfig edge) {
    if (head.headers().size() > edge.limits().maxHeaderCount()) {
      return Optional.of(
          new BadRequest(
              HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "there are more than " + edge.limits().maxHeaderCount() + " header fields",
              Refusal.HEADER_COUNT));
    }
    return HttpUtil.getContentLength(head, 0L) > edge.maxMessage().bytes()
        ? Optional.of(body(edge))
        : Optional.empty();
  }

  /// A body that is too large.
  static BadRequest body(EdgeConfig edge) {
    return new BadRequest(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
        "a body is larger than " + edge.maxMessage(),
        Refusal.BODY);
  }
}
