package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.sluice.gateway.protocol.Disconnect;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/// A WebSocket for which there is no room now. It is closed with 3013 after a while: after a closed
/// connection an SDK waits longer and longer, after a refused handshake it would try another
/// transport at once. What it sends meanwhile is dropped unread. Confined to the loop.
final class TurnedAway extends ChannelInboundHandlerAdapter {
  private static final PeerLog peers = PeerLog.of(TurnedAway.class);

  /// Spread, so that those who came together do not come back together.
  private static final int MIN_MS = 1_000;

  private static final int MAX_MS = 4_000;

  private final EdgeContext context;
  private final LoopContext loop;
  private final Channel channel;
  private final TickWheel.Timer timer;

  /// For one that [Admission#mayWait()] gave room.
  TurnedAway(EdgeContext context, LoopContext loop, Channel channel) {
    this.context = context;
    this.loop = loop;
    this.channel = channel;
    this.timer = new TickWheel.Timer(this::end, this::failed);
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.turnedAway().add(this);
    loop.wheel().set(timer, ThreadLocalRandom.current().nextInt(MIN_MS, MAX_MS + 1));
  }

  /// Its time is over.
  void end() {
    if (release()) {
      Frames.close(
          channel, Disconnect.TOO_MANY_REQUESTS.code(), Disconnect.TOO_MANY_REQUESTS.reason());
    }
  }

  private void failed(Throwable cause) {
    peers.error("a socket could not be turned away", cause);
    var _ = channel.close();
  }

  private boolean release() {
    if (!loop.turnedAway().remove(this)) {
      return false;
    }
    loop.wheel().cancel(timer);
    context.admission().waited();
    return true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      peers.error("a socket could not be turned away", cause);
    }
    var _ = ctx.close();
  }
}
