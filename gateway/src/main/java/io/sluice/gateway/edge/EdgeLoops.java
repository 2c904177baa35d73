package io.sluice.gateway.edge;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.gateway.hub.LoopThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event loops of a node: epoll where there is one, else NIO, which costs more. The log says at
/// the start which it is, and why.
public final class EdgeLoops implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EdgeLoops.class);

  private static final int MAX_LOOPS = 64;

  private final MultiThreadIoEventLoopGroup group;
  private final List<EventLoop> loops = new ArrayList<>();

  /// @param count 0 = one per core, at most 64
  public EdgeLoops(int count) {
    int n = Math.min(MAX_LOOPS, count == 0 ? Runtime.getRuntime().availableProcessors() : count);
    IoHandlerFactory io =
        Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    if (Epoll.isAvailable()) {
      log.info("edge loops={} by=epoll", n);
    } else {
      log.info("edge loops={} by=nio reason=\"{}\"", n, Epoll.unavailabilityCause().getMessage());
    }
    group = new MultiThreadIoEventLoopGroup(n, new DefaultThreadFactory("sluice-loop"), io);
    for (EventExecutor executor : group) {
      loops.add((EventLoop) executor);
    }
  }

  /// One for each loop, in order.
  public List<LoopThread> threads() {
    return loops.stream().map(EdgeLoops::thread).toList();
  }

  private static LoopThread thread(EventLoop loop) {
    return new LoopThread() {
      @Override
      public void execute(Runnable task) {
        loop.execute(task);
      }

      @Override
      public void later(Runnable task) {
        // tasks are run until none is left, and only then sockets are looked at; timers that are
        // due are taken up once a round
        var _ = loop.schedule(task, 0, TimeUnit.NANOSECONDS);
      }

      @Override
      public void after(Duration delay, Runnable task) {
        var _ = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      }

      @Override
      public boolean inLoop() {
        return loop.inEventLoop();
      }
    };
  }

  List<EventLoop> loops() {
    return loops;
  }

  MultiThreadIoEventLoopGroup group() {
    return group;
  }

  Class<? extends ServerChannel> serverChannel() {
    return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  /// Ends the threads; waits for them for at most 3 s.
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
