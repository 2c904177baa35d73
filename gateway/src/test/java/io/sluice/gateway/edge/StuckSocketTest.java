package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpServerCodec;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sockets that take nothing of what they are given.
final class StuckSocketTest {
  private static final EdgeConfig EDGE = TestEdge.CONFIG.edge();
  private static final byte[] PUSH = "{\"n\":1}".getBytes(StandardCharsets.US_ASCII);

  /// A channel whose kernel takes bytes when the test says so.
  private static final class Stuck extends EmbeddedChannel {
    private boolean stuck = true;

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
      if (!stuck) {
        super.doWrite(in);
      }
    }

    String taken() {
      stuck = false;
      unsafe().flush();
      runPendingTasks();
      StringBuilder all = new StringBuilder();
      for (ByteBuf out = readOutbound(); out != null; out = readOutbound()) {
        all.append(out.toString(StandardCharsets.UTF_8));
        out.release();
      }
      return all.toString();
    }
  }

  /// There is no memory for what the socket has yet to take.
  private static final class Exhausted extends AbstractByteBufAllocator {
    @Override
    protected ByteBuf newHeapBuffer(int initial, int most) {
      throw new OutOfMemoryError("heap");
    }

    @Override
    protected ByteBuf newDirectBuffer(int initial, int most) {
      throw new OutOfMemoryError("direct");
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  private final Stuck channel = new Stuck();
  private final EdgeContext context = TestEdge.context();
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());

  @AfterEach
  void close() {
    var _ = channel.close(); // what it has yet to write fails
    channel.releaseOutbound();
    loop.close();
  }

  /// The token speaks of publications that it is not sent any more.
  @Test
  void anEventSourceThatIsEndedAsSlowIsNotToldWhereItWouldHaveBeen() {
    channel.pipeline().addLast(new HttpServerCodec());
    var stream =
        new StreamTransport(
            loop, channel, StreamStyle.UNI_EVENTS, new DefaultHttpHeaders(), 64 * 1024);
    assertThat(stream.offer(PUSH)).isTrue();
    assertThat(stream.mark("first")).isTrue();
    stream.flush();
    assertThat(stream.backlogged()).isTrue();

    assertThat(stream.offer(PUSH)).isTrue();
    assertThat(stream.mark("second")).isTrue();
    stream.end(Disconnect.SLOW);

    assertThat(channel.taken())
        .contains("id: first\n")
        .contains("\"code\":3008")
        .doesNotContain("second");
  }

  @Test
  void aWriteThatFailsAfterHalfAMessageClosesTheSocket() {
    channel.config().setAllocator(new Exhausted());
    var socket = new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024);
    assertThat(socket.offer(PUSH)).isTrue();
    assertThatThrownBy(socket::flush).isInstanceOf(OutOfMemoryError.class);
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
  }

  private Connection connected() {
    var _ = Peer.accept(channel, context.admission());
    Connection connection =
        new Connection(
            context,
            loop,
            channel,
            new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
    connection.open();
    connection.connected(new Claims("", Optional.empty(), Optional.empty(), List.of()));
    return connection;
  }

  private void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= TickWheel.TICK_MS) {
      loop.wheel().tick();
    }
  }

  /// It cannot answer a ping that lies behind what it has yet to read.
  @Test
  void whoReadsOnIsNotBlamedForPongsThatAreLate() {
    Connection connection = connected();
    connection.reply(PUSH);
    connection.flush();
    pass(EDGE.pingInterval().plus(EDGE.pongTimeout().multipliedBy(2)));
    assertThat(connection.ended()).isFalse();
  }

  /// The excuse ends: four pong time-outs for one write.
  @Test
  void whoReadsHardlyAnythingIsBlamedInTheEnd() {
    Connection connection = connected();
    connection.reply(PUSH);
    connection.flush();
    pass(EDGE.pingInterval().plus(EDGE.pongTimeout().multipliedBy(6)));
    assertThat(connection.ended()).isTrue();
  }
}
