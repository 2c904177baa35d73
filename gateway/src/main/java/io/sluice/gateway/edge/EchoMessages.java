package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Optional;

/// Sends every message back, for conformance suites and probes. Stops reading while the peer does.
/// It counts as a connection, but is no client. Confined to the loop.
final class EchoMessages implements WebSocketHandler.Messages {
  /// Conformance suites send messages of 16 MiB.
  static final int MAX_MESSAGE = (16 << 20) + 1;

  /// RFC 6455 §7.4.1; a probe knows no code of the client protocol.
  private static final int GOING_AWAY = 1001;

  private final EdgeMetrics metrics;
  private final LoopContext loop;
  private final Channel channel;
  private final Optional<PerMessageDeflate> deflate;

  /// @param deflate with it every message is sent back compressed
  EchoMessages(
      EdgeMetrics metrics, LoopContext loop, Channel channel, Optional<PerMessageDeflate> deflate) {
    this.metrics = metrics;
    this.loop = loop;
    this.channel = channel;
    this.deflate = deflate;
    metrics.opened();
    loop.echoes().add(this);
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void text(byte[] message) {
    echo(Frames.TEXT, message);
  }

  @Override
  public void binary(byte[] message) {
    echo(Frames.BINARY, message);
  }

  private void echo(int opcode, byte[] message) {
    int bits = deflate.isPresent() ? Frames.RSV1 : 0;
    byte[] payload =
        deflate.map(d -> loop.deflation().payload(message, d.windowBits())).orElse(message);
    ByteBuf out = channel.alloc().directBuffer(payload.length + Frames.MAX_HEADER);
    Frames.writeHeader(out, bits | opcode, payload.length);
    out.writeBytes(payload);
    channel.config().setAutoRead(false);
    channel.writeAndFlush(out).addListener(_ -> channel.config().setAutoRead(true));
  }

  @Override
  public void readComplete() {
    // every message was flushed
  }

  @Override
  public void violation(int code, String reason) {
    metrics.echoViolation();
    end(code, reason);
  }

  @Override
  public void flooded() {
    metrics.pingFlood();
    release();
  }

  @Override
  public void gone() {
    release();
  }

  /// The node is closing.
  void drain() {
    end(GOING_AWAY, "shutdown");
  }

  private void end(int code, String reason) {
    release();
    Frames.close(channel, code, reason);
  }

  private void release() {
    if (loop.echoes().remove(this)) {
      metrics.closed();
    }
  }
}
