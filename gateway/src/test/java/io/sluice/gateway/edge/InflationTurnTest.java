package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.protocol.Deflation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Small frames that become large messages, on one socket of a loop.
final class InflationTurnTest {
  private static final int LARGE = 64 * 1024;

  /// Messages of [#LARGE] bytes in a turn.
  private static final int A_TURN = InflationTurn.MOST / LARGE;

  private static final int FRAMES = 100;
  private static final Optional<Inflation> INFLATION = Optional.of(new Inflation());

  private final AtomicInteger heard = new AtomicInteger();
  private boolean ended;
  private boolean mayRead = true;

  private class Counting implements WebSocketHandler.Messages {
    @Override
    public void text(byte[] message) {
      heard.incrementAndGet();
    }

    @Override
    public void binary(byte[] message) {
      throw new AssertionError("only text was sent");
    }

    @Override
    public void readComplete() {
      // nothing is answered
    }

    @Override
    public void violation(int code, String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void flooded() {
      throw new AssertionError("nothing was pinged");
    }

    @Override
    public void stalled() {
      throw new AssertionError("nothing is written");
    }

    @Override
    public void gone() {
      ended = true;
    }

    @Override
    public boolean ended() {
      return ended;
    }

    @Override
    public boolean mayRead() {
      return mayRead;
    }
  }

  private final EmbeddedChannel channel =
      new EmbeddedChannel(decoder(), new WebSocketHandler(new Counting(), LARGE, INFLATION, LARGE));

  private static PausableFrameDecoder decoder() {
    return new PausableFrameDecoder(
        WebSocketDecoderConfig.newBuilder().allowExtensions(true).withUTF8Validator(false).build());
  }

  private static ByteBuf frames(int count) {
    byte[] payload =
        new Deflation().payload("x".repeat(LARGE).getBytes(StandardCharsets.US_ASCII), 15);
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < count; i++) {
      all.writeByte(0x80 | Frames.RSV1 | Frames.TEXT).writeByte(0x80 | payload.length).writeInt(0);
      all.writeBytes(payload);
    }
    return all;
  }

  /// One read that brings them all.
  private void read(int frames) {
    channel.pipeline().fireChannelRead(frames(frames)).fireChannelReadComplete();
  }

  @Test
  void aTurnEndsWithTheMessageThatReachesItsBoundAndNoneIsLost() {
    read(FRAMES);
    assertThat(heard.get()).isEqualTo(A_TURN);
    assertThat(channel.config().isAutoRead()).as("what has come is enough").isFalse();
    for (int turns = 2; heard.get() < FRAMES; turns++) {
      channel.runScheduledPendingTasks();
      assertThat(heard.get()).isEqualTo(turns * A_TURN);
    }
    channel.runScheduledPendingTasks();
    assertThat(channel.config().isAutoRead()).isTrue();
    channel.checkException();
  }

  @Test
  void whatArrivesMeanwhileIsDecodedAfterwards() {
    for (int i = 0; i < FRAMES; i++) {
      channel.pipeline().fireChannelRead(frames(1)); // as TLS brings them, record by record
    }
    channel.pipeline().fireChannelReadComplete();
    assertThat(heard.get()).isEqualTo(A_TURN);
    runAll();
    assertThat(heard.get()).isEqualTo(FRAMES);
  }

  private void runAll() {
    for (int before = -1; before < heard.get(); ) {
      before = heard.get();
      channel.runPendingTasks();
    }
  }

  @Test
  void itsOwnerMayWantTheSocketNotToBeReadFurther() {
    mayRead = false;
    read(A_TURN);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
  }

  @Test
  void afterTheEndNothingIsDecompressed() {
    read(FRAMES);
    ended = true;
    runAll();
    assertThat(heard.get()).isEqualTo(A_TURN);
  }

  @Test
  void whoLeavesInItsTurnIsNotServedAnyMore() {
    read(FRAMES);
    var _ = channel.pipeline().close(); // heard by the handlers after the turn that is due
    channel.runPendingTasks();
    assertThat(heard.get()).isEqualTo(A_TURN);
    channel.checkException();
  }

  @Test
  void aMessageNowAndThenIsNoReasonToPause() {
    for (int i = 0; i < FRAMES; i++) {
      read(A_TURN - 1);
      assertThat(channel.config().isAutoRead()).isTrue();
    }
    assertThat(heard.get()).isEqualTo(FRAMES * (A_TURN - 1));
  }

  /// On a real loop: what another socket has been sent before a turn ends is read before the next.
  @Test
  void otherSocketsAreReadBetweenTheTurns() throws Exception {
    int all = 10 * A_TURN;
    CompletableFuture<Integer> heardBefore = new CompletableFuture<>();
    CountDownLatch end = new CountDownLatch(all);
    try (EdgeLoops loops = new EdgeLoops(1);
        Socket hostile = new Socket();
        Socket other = new Socket()) {
      Channel toOther =
          bind(
              loops,
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                  ReferenceCountUtil.release(message);
                  heardBefore.complete(heard.get());
                }
              });
      other.connect(toOther.localAddress());
      WebSocketHandler.Messages counting =
          new Counting() {
            @Override
            public void text(byte[] message) {
              heard.incrementAndGet();
              end.countDown();
              if (heard.get() == A_TURN) {
                try {
                  other.getOutputStream().write(1); // in the kernel before the turn is over
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            }
          };
      Channel toHostile =
          bind(loops, decoder(), new WebSocketHandler(counting, LARGE, INFLATION, LARGE));
      hostile.connect(toHostile.localAddress());
      ByteBuf frames = frames(all);
      frames.readBytes(hostile.getOutputStream(), frames.readableBytes());

      assertThat(heardBefore.get(10, TimeUnit.SECONDS)).isLessThanOrEqualTo(2 * A_TURN);
      assertThat(end.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static Channel bind(EdgeLoops loops, ChannelHandler... handlers) throws Exception {
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.serverChannel())
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handlers);
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }
}
