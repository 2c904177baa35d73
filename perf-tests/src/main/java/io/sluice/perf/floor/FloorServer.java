package io.sluice.perf.floor;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.broker.ByteSize;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A WebSocket server that fans out and does nothing else: one event loop per core, epoll where
/// there is one. A publication is encoded once, by whoever receives it, and each loop writes those
/// bytes to its own subscribers.
///
/// It drops nothing: what a socket does not take waits in memory, up to [#MOST_PENDING], beyond
/// which the connection ends with 3008.
public final class FloorServer implements AutoCloseable {
  /// Bytes that may wait for one socket.
  static final ByteSize MOST_PENDING = ByteSize.mib(64);

  private static final ByteSize MOST_REQUEST = ByteSize.kib(16);
  private static final int BACKLOG = 4_096;

  private final MultiThreadIoEventLoopGroup group;
  private final Channel listener;

  private FloorServer(MultiThreadIoEventLoopGroup group, Channel listener) {
    this.group = group;
    this.listener = listener;
  }

  /// Binds and accepts.
  ///
  /// @param listen port 0: any that is free
  /// @param perWrite publications of a channel that are written as one frame, 1 to
  ///   [FloorChannel#MOST_A_WRITE]; above 1 a publication waits for the others, for at most
  ///   [FloorChannel#PATIENCE_MS]
  /// @throws IOException naming the address when it cannot be bound
  public static FloorServer open(InetSocketAddress listen, int perWrite) throws IOException {
    if (perWrite < 1 || perWrite > FloorChannel.MOST_A_WRITE) {
      throw new IllegalArgumentException(
          "1 to %d publications a write, not %d".formatted(FloorChannel.MOST_A_WRITE, perWrite));
    }
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerChannel> kind =
        Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    int cores = Runtime.getRuntime().availableProcessors();
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(cores, new DefaultThreadFactory("floor-loop"), io);
    Map<EventLoop, FloorLoop> loops = new HashMap<>();
    List<FloorLoop> inOrder = new ArrayList<>();
    for (EventExecutor executor : group) {
      FloorLoop loop = new FloorLoop(inOrder.size(), (EventLoop) executor);
      inOrder.add(loop);
      loops.put(loop.thread(), loop);
    }
    FloorChannels channels = new FloorChannels(inOrder, perWrite);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(kind)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
            .childHandler(new Accepted(loops, channels))
            .bind(listen)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      end(group);
      throw new IOException("cannot listen on " + listen + ": " + bound.cause().getMessage());
    }
    return new FloorServer(group, bound.channel());
  }

  /// A socket stops being writable at the limit, so asking for that is one read of a field.
  private static WriteBufferWaterMark waterMark() {
    return new WriteBufferWaterMark(MOST_PENDING.asInt() / 2, MOST_PENDING.asInt());
  }

  private static final class Accepted extends ChannelInitializer<Channel> {
    private final Map<EventLoop, FloorLoop> loops;
    private final FloorChannels channels;

    Accepted(Map<EventLoop, FloorLoop> loops, FloorChannels channels) {
      this.loops = loops;
      this.channels = channels;
    }

    @Override
    protected void initChannel(Channel channel) {
      FloorLoop loop = loops.get(channel.eventLoop());
      if (loop == null) {
        throw new IllegalStateException("a socket on a loop that is not ours");
      }
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(),
              new HttpObjectAggregator(MOST_REQUEST.asInt()),
              new FloorUpgrade(loop, channels));
    }
  }

  /// Where clients connect, on loopback.
  public URI edge() {
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    return URI.create("ws://127.0.0.1:" + port + FloorUpgrade.PATH);
  }

  /// Cuts all connections and ends the threads; waits for them for at most 3 s. Idempotent.
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    end(group);
  }

  private static void end(MultiThreadIoEventLoopGroup group) {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
