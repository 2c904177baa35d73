package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.JsonReplies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Messages in a chunked HTTP answer that never ends by itself. Its head waits for the first of
/// them, so that a refusal can still be a status. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class StreamTransport extends OutboxTransport {
  /// A comment.
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] NONE = {};

  private static final byte[] CRLF = {'\r', '\n'};

  /// An empty push.
  private static final byte[] EMPTY_LINE = "{}\n".getBytes(StandardCharsets.US_ASCII);

  /// How long a browser waits before it comes back: spread, so that clients cut off together do not
  /// return together.
  private static final int RETRY_MIN_MS = 1_000;

  private static final int RETRY_MAX_MS = 4_000;

  private final StreamStyle style;
  private final HttpHeaders cors;
  private byte @Nullable [] mark;
  private boolean headSent;

  /// @param cors headers every answer to this page carries
  StreamTransport(
      LoopContext loop, Channel channel, StreamStyle style, HttpHeaders cors, long outboxLimit) {
    super(loop, channel, style.form(), outboxLimit);
    this.style = style;
    this.cors = cors;
  }

  @Override
  public String label() {
    return style.label();
  }

  /// An event's id stands in front of the event; elsewhere a line of its own follows.
  @Override
  public boolean mark(String token) {
    if (style.eventSource()) {
      mark = JsonReplies.mark(form(), token);
      return true;
    }
    return super.mark(token);
  }

  @Override
  void beforeWrite() {
    sendHead();
  }

  @Override
  @Nullable Object layout(int n) {
    return mark == null || n < outbox.size() ? style : null; // a form looks different in each
  }

  /// What the codec would do to it is done to it here.
  @Override
  ChannelOutboundInvoker below() {
    ChannelHandlerContext codec = channel.pipeline().context(HttpServerCodec.class);
    return codec == null ? channel : codec;
  }

  /// A chunk, RFC 9112 §7.1. The id of an event stands in front of the last message there is.
  @Override
  public void write(ByteBuf out, List<byte[]> messages, int n) {
    byte[] id = NONE;
    if (mark != null && n == messages.size()) {
      id = mark;
      mark = null;
    }
    int length = id.length + n * (style.before().length + style.after().length);
    for (int i = 0; i < n; i++) {
      length += messages.get(i).length;
    }
    out.writeCharSequence(Integer.toHexString(length), StandardCharsets.US_ASCII);
    out.writeBytes(CRLF);
    for (int i = 0; i < n; i++) {
      if (i == n - 1) {
        out.writeBytes(id);
      }
      out.writeBytes(style.before()).writeBytes(messages.get(i)).writeBytes(style.after());
    }
    out.writeBytes(CRLF);
  }

  private void sendHead() {
    if (headSent) {
      return;
    }
    headSent = true;
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(cors)
        .set(HttpHeaderNames.CONTENT_TYPE, style.contentType())
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("X-Accel-Buffering", "no") // asks nginx to pass events on at once
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    channel.write(head, channel.voidPromise());
    if (style.eventSource()) {
      sendRetry();
    }
  }

  private void sendRetry() {
    int retry = ThreadLocalRandom.current().nextInt(RETRY_MIN_MS, RETRY_MAX_MS + 1);
    byte[] line = ("retry: " + retry + "\n\n").getBytes(StandardCharsets.US_ASCII);
    channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(line)), channel.voidPromise());
  }

  /// A write to a dead peer fails and ends the stream, whether it is answered or not.
  @Override
  public void ping() {
    if (append(sign())) {
      flush();
    }
  }

  private byte[] sign() {
    return switch (style) {
      case UNI_EVENTS -> COMMENT;
      case UNI_LINES -> EMPTY_LINE;
      case EVENTS, LINES, MESSAGES -> Layout.of(form().encoding()).ping();
    };
  }

  @Override
  public boolean duplex() {
    return false;
  }

  @Override
  public boolean answersPings() {
    return form().bidirectional();
  }

  /// Before the first event of a unidirectional stream, a refusal that must stop the client is a
  /// status, because a browser never comes back from one, and with the token in its URL that has
  /// expired it should not; any other is an empty stream with a time to come back at. An SDK reads
  /// codes, and takes any status for a broken network.
  @Override
  public void end(Ending why) {
    if (!channel.isActive()) {
      return;
    }
    if (!headSent && !form().bidirectional() && (!why.reconnect() || why == Disconnect.EXPIRED)) {
      refuse(why);
      return;
    }
    if (backlogged() || why == Disconnect.SLOW) {
      outbox.clear(); // it has enough to read, and comes back to where it is
      mark = null; // which does not speak of what it was not sent
    }
    var _ = append(form().encoding().replies().disconnectPush(form(), why));
    flushAll();
    channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
    Frames.endWith(channel, new byte[0]);
  }

  /// There is no room now. A browser comes back only from a 200, and only after a time it is told.
  void turnAway() {
    if (style.eventSource()) {
      sendHead();
      channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
      Frames.endWith(channel, new byte[0]);
    } else {
      end(Disconnect.TOO_MANY_REQUESTS);
    }
  }

  private void refuse(Ending why) {
    headSent = true;
    HttpResponseStatus status =
        why == Disconnect.PERMISSION_DENIED
            ? HttpResponseStatus.FORBIDDEN
            : why == Disconnect.INVALID_TOKEN || why == Disconnect.EXPIRED
                ? HttpResponseStatus.UNAUTHORIZED
                : why == Disconnect.CONNECTION_LIMIT
                    ? HttpResponseStatus.TOO_MANY_REQUESTS
                    : HttpResponseStatus.BAD_REQUEST;
    byte[] body = (why.reason() + "\n").getBytes(StandardCharsets.UTF_8);
    var answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    answer
        .headers()
        .set(cors)
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    channel.write(answer);
    Frames.endWith(channel, new byte[0]);
  }
}
