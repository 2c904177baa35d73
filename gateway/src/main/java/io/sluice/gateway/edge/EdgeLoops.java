package io.sluice.gateway.edge;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.config.SocketConfig.Io;
import io.sluice.gateway.hub.LoopThread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event loops of a node: by epoll where there is one, else by NIO, unless `edge.io` says
/// which. The log says at the start which it is, and why.
public final class EdgeLoops implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EdgeLoops.class);

  private final KernelIo io;
  private final MultiThreadIoEventLoopGroup group;
  private final List<EventLoop> loops = new ArrayList<>();

  /// @param count 0 = one per core, [EdgeConfig#MAX_LOOPS] at most
  /// @param io how they wait
  /// @throws IOException when this machine has not what was asked for
  public EdgeLoops(int count, Io io) throws IOException {
    this(count, KernelIo.of(io));
  }

  EdgeLoops(int count) {
    this(count, KernelIo.automatic());
  }

  private EdgeLoops(int count, KernelIo io) {
    this.io = io;
    int n = count(count);
    switch (io) {
      case EPOLL, IO_URING -> log.info("edge loops={} by={}", n, io.label());
      case NIO ->
          log.info(
              "edge loops={} by={} reason=\"{}\"",
              n,
              io.label(),
              KernelIo.EPOLL.missing().orElse("edge.io"));
    }
    group =
        new MultiThreadIoEventLoopGroup(n, new DefaultThreadFactory("sluice-loop"), io.handlers());
    for (EventExecutor executor : group) {
      loops.add((EventLoop) executor);
    }
  }

  /// How many there are going to be.
  ///
  /// @param asked 0 = one per core, [EdgeConfig#MAX_LOOPS] at most
  public static int count(int asked) {
    return Math.min(
        EdgeConfig.MAX_LOOPS, asked == 0 ? Runtime.getRuntime().availableProcessors() : asked);
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

  KernelIo io() {
    return io;
  }

  Class<? extends ServerChannel> serverChannel() {
    return io.serverChannel();
  }

  /// Ends the threads; waits for them for at most 3 s.
  @Override
  public void close() {
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
