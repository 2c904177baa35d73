package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.protocol.Disconnect;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends every message back, for conformance suites and probes. Stops reading while the peer does.
/// It counts as a connection, but is no client. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
final class EchoMessages implements WebSocketHandler.Messages {
  private static final Logger log = LoggerFactory.getLogger(EchoMessages.class);

  /// Conformance suites send messages of 16 MiB.
  static final int MAX_MESSAGE = (16 << 20) + 1;

  /// RFC 6455 §7.4.1; a probe knows no code of the client protocol.
  private static final int GOING_AWAY = 1001;

  private final EdgeMetrics metrics;
  private final LoopContext loop;
  private final Channel channel;
  private final EdgeConfig edge;
  private final TickWheel.Timer timer;
  private final Optional<PerMessageDeflate> deflate;

  /// Whether it was asked for a sign of life.
  private boolean asked;

  /// Whether it has given one since.
  private boolean heard;

  /// Echoes that the socket has not taken.
  private int unwritten;

  private boolean ended;

  /// @param deflate with it every message is sent back compressed
  EchoMessages(
      EdgeContext context, LoopContext loop, Channel channel, Optional<PerMessageDeflate> deflate) {
    this.metrics = context.metrics();
    this.edge = context.edge();
    this.loop = loop;
    this.channel = channel;
    this.deflate = deflate;
    this.timer = new TickWheel.Timer(this::look, this::failed);
    loop.wheel().set(timer, edge.pingInterval().toMillis());
    metrics.opened();
    Peer.of(channel).settled();
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

  @Override
  public void pong() {
    heard = true;
  }

  /// A peer that vanished says nothing. One that is not read from cannot answer; whether it takes
  /// what waits for it is looked at by [WriteWatch].
  private void look() {
    if (!asked) {
      asked = true;
      heard = false;
      channel.writeAndFlush(
          Unpooled.wrappedBuffer(Frames.control(Frames.PING, new byte[0])), channel.voidPromise());
      loop.wheel().set(timer, edge.pongTimeout().toMillis());
    } else if (heard || !mayRead()) {
      asked = false;
      loop.wheel().set(timer, edge.pingInterval().minus(edge.pongTimeout()).toMillis());
    } else {
      end(Disconnect.NO_PONG, Disconnect.NO_PONG.code());
    }
  }

  private void failed(Throwable failure) {
    log.error("an echo failed", failure);
    channel.close();
  }

  private void echo(int opcode, byte[] message) {
    heard = true;
    int bits = deflate.isPresent() ? Frames.RSV1 : 0;
    byte[] payload =
        deflate.map(d -> loop.deflation().payload(message, d.windowBits())).orElse(message);
    ByteBuf out = channel.alloc().directBuffer(payload.length + Frames.MAX_HEADER);
    Frames.writeHeader(out, bits | opcode, payload.length);
    out.writeBytes(payload);
    unwritten++;
    channel.config().setAutoRead(false);
    channel
        .writeAndFlush(out)
        .addListener(_ -> {
          unwritten--;
          channel.config().setAutoRead(mayRead());
        });
  }

  @Override
  public void readComplete() {
    // every message was flushed
  }

  @Override
  public void violation(int code, String reason) {
    if (release()) {
      metrics.echoViolation();
    }
    Frames.close(channel, code, reason);
  }

  @Override
  public void flooded() {
    if (release()) {
      metrics.pingFlood();
    }
  }

  @Override
  public void gone() {
    if (release()) {
      metrics.left();
    }
  }

  @Override
  public void stalled() {
    end(Disconnect.SLOW, Disconnect.SLOW.code());
  }

  /// The node is closing.
  void drain() {
    end(Disconnect.SHUTDOWN, GOING_AWAY);
  }

  private void end(Disconnect why, int code) {
    if (release()) {
      metrics.ended(why);
    }
    Frames.close(channel, code, why.reason());
  }

  /// Whether it was open: it is counted as ended once.
  private boolean release() {
    ended = true;
    loop.wheel().cancel(timer);
    boolean open = loop.echoes().remove(this);
    if (open) {
      metrics.closed();
    }
    return open;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public boolean mayRead() {
    return unwritten == 0;
  }
}
