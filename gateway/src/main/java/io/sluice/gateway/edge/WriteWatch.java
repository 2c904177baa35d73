package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.nio.AbstractNioChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the peers of one loop that take no bytes although some wait for them, whatever the
/// transport: tells the pipeline by [Event#STALLED]. Only sockets with bytes that wait cost
/// anything; each tick looks how far they have come. Confined to the loop.
///
/// The kernel asks for more only when a third of its buffer, up to 4 MB, has gone, so a slow peer
/// looks like a stuck one for a while. Before anyone is told, it is tried whether the socket takes
/// anything now; with epoll the kernel is asked when it last sent something. A peer that has
/// vanished while nothing waits here is [Heartbeat]'s to find.
@ChannelHandler.Sharable
final class WriteWatch extends ChannelOutboundHandlerAdapter {
  /// What the pipeline is told.
  enum Event {
    STALLED
  }

  /// A socket with bytes that wait, and how far it had come when it was last looked at: the first
  /// message not yet taken, and how much of it was.
  private static final class Waiting {
    final ChannelHandlerContext pipeline;
    @Nullable Object head;
    long taken;
    int ticks;

    Waiting(ChannelHandlerContext pipeline) {
      this.pipeline = pipeline;
    }

    /// Whether the socket has taken bytes since this was last asked.
    @SuppressWarnings("ReferenceEquality") // two messages of the same bytes are two
    boolean moved() {
      ChannelOutboundBuffer unwritten = pipeline.channel().unsafe().outboundBuffer();
      if (unwritten == null
          || (unwritten.current() == head && unwritten.currentProgress() == taken)) {
        return false;
      }
      head = unwritten.current();
      taken = unwritten.currentProgress();
      return true;
    }
  }

  private final IdentityHashMap<Channel, Waiting> waiting = new IdentityHashMap<>();
  private final long patienceMs;
  private final int patienceTicks;

  /// @param patience how long a socket may take nothing; told two ticks late at most, never early
  WriteWatch(Duration patience) {
    patienceMs = patience.toMillis();
    patienceTicks =
        Math.toIntExact(
            Math.min(Integer.MAX_VALUE, (patienceMs + TickWheel.TICK_MS - 1) / TickWheel.TICK_MS));
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    ChannelOutboundBuffer unwritten = ctx.channel().unsafe().outboundBuffer();
    if (unwritten != null && !unwritten.isEmpty()) {
      waiting.computeIfAbsent(ctx.channel(), _ -> new Waiting(ctx));
    }
  }

  /// How many sockets are being watched.
  int size() {
    return waiting.size();
  }

  /// A tick has passed.
  void tick() {
    List<ChannelHandlerContext> stalled = new ArrayList<>(0);
    for (Waiting socket : List.copyOf(waiting.values())) {
      Channel channel = socket.pipeline.channel();
      if (!channel.isOpen() || !hasUnwritten(channel)) {
        waiting.remove(channel);
      } else if (socket.moved()) {
        socket.ticks = 0;
      } else if (++socket.ticks >= patienceTicks) {
        take(socket, stalled);
      }
    }
    for (ChannelHandlerContext pipeline : stalled) {
      pipeline.fireUserEventTriggered(Event.STALLED);
    }
  }

  private static boolean hasUnwritten(Channel channel) {
    ChannelOutboundBuffer unwritten = channel.unsafe().outboundBuffer();
    return unwritten != null && !unwritten.isEmpty();
  }

  /// The last try.
  private void take(Waiting socket, List<ChannelHandlerContext> stalled) {
    Channel channel = socket.pipeline.channel();
    TcpState kernel = TcpState.of(channel);
    if (kernel != null) {
      // probes of a window that is shut send nothing, and what is sent again was not taken
      if (kernel.tookWithin(patienceMs)) {
        return; // looked at again in the next tick
      }
    } else if (channel.unsafe() instanceof AbstractNioChannel.NioUnsafe nio) {
      nio.forceFlush();
      if (!hasUnwritten(channel) || socket.moved()) {
        socket.ticks = 0;
        return;
      }
    }
    waiting.remove(channel);
    stalled.add(socket.pipeline);
  }
}
