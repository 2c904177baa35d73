package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.JsonReplies;
import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Server-sent events over a chunked HTTP answer (WHATWG HTML §9.2). The answer's head waits for
/// the first event, so that a refusal can still be a status. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class SseTransport implements Transport {
  /// A comment; a write to a dead peer fails and ends the stream.
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  /// How long a browser waits before it comes back: spread, so that clients cut off together do not
  /// return together.
  private static final int RETRY_MIN_MS = 1_000;

  private static final int RETRY_MAX_MS = 4_000;

  private final Channel channel;
  private final HttpHeaders cors;
  private final Outbox outbox;
  private boolean headSent;

  /// @param cors headers every answer to this page carries
  SseTransport(Channel channel, HttpHeaders cors, long outboxLimit) {
    this.channel = channel;
    this.cors = cors;
    this.outbox = new Outbox(channel, outboxLimit);
  }

  @Override
  public WireForm form() {
    return WireForm.SSE_UNI;
  }

  @Override
  public boolean append(byte[] message) {
    return outbox.add(message);
  }

  @Override
  public void flush() {
    if (outbox.isEmpty() || !channel.isActive()) {
      outbox.clear();
      return;
    }
    sendHead();
    List<byte[]> messages = outbox.take();
    int capacity = 0;
    for (byte[] m : messages) {
      capacity += m.length;
    }
    ByteBuf out = channel.alloc().directBuffer(capacity);
    messages.forEach(out::writeBytes);
    channel.writeAndFlush(new DefaultHttpContent(out), channel.voidPromise());
  }

  private void sendHead() {
    if (headSent) {
      return;
    }
    headSent = true;
    var head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(cors)
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("X-Accel-Buffering", "no") // asks nginx to pass events on at once
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    channel.write(head, channel.voidPromise());
    int retry = ThreadLocalRandom.current().nextInt(RETRY_MIN_MS, RETRY_MAX_MS + 1);
    byte[] line = ("retry: " + retry + "\n\n").getBytes(StandardCharsets.US_ASCII);
    channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(line)), channel.voidPromise());
  }

  @Override
  public void ping() {
    if (outbox.add(COMMENT)) {
      flush();
    }
  }

  /// Before the first event a refusal that must stop the client is a status, because a browser
  /// never comes back from one; any other is an empty stream with a time to come back at.
  @Override
  public void end(Disconnect why) {
    if (!channel.isActive()) {
      return;
    }
    if (!headSent && !why.reconnect()) {
      refuse(why);
      return;
    }
    outbox.add(JsonReplies.disconnectPush(WireForm.SSE_UNI, why));
    flush();
    channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
    Frames.endWith(channel, new byte[0]);
  }

  /// There is no room now. A browser comes back only from a 200, and only after a time it is told.
  void turnAway() {
    sendHead();
    channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
    Frames.endWith(channel, new byte[0]);
  }

  private void refuse(Disconnect why) {
    headSent = true;
    HttpResponseStatus status =
        why == Disconnect.PERMISSION_DENIED
            ? HttpResponseStatus.FORBIDDEN
            : why == Disconnect.INVALID_TOKEN
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
