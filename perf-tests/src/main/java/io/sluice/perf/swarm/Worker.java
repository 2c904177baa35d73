package io.sluice.perf.swarm;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Carries out orders on an event loop of its own. Any thread; one order at a time.
final class Worker implements AutoCloseable {
  /// 15,000 at a node that admits 1,000 a second take 65 s at most.
  private static final long MOST_MS_TO_COME_BACK = 70_000;

  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;
  private final Class<? extends Channel> socket;
  private final Tally tally = new Tally();
  private @Nullable Population population;

  Worker() {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("swarm"), io);
    loop = group.next();
    socket = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /// Carries an order out.
  ///
  /// @return completed with the answer
  CompletableFuture<Report> carryOut(Order order) {
    CompletableFuture<Report> answer = new CompletableFuture<>();
    loop.execute(() -> {
      try {
        carryOut(order, answer);
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  private void carryOut(Order order, CompletableFuture<Report> answer) {
    long started = System.nanoTime();
    switch (order) {
      case Order.Open(Audience audience, int first, int clients, String source, long limitMs) -> {
        if (population != null) {
          population.close();
        }
        tally.clear();
        Population fresh = new Population(loop, socket, audience, source, tally);
        population = fresh;
        fresh.open(first, clients, () -> answer.complete(fresh.report(msSince(started))));
        completeLater(fresh, answer, started, limitMs);
      }
      case Order.Cut(double share, long awayMs) -> {
        Population all = everybody();
        all.cut(share, awayMs, () -> answer.complete(all.report(msSince(started))));
        completeLater(all, answer, started, awayMs + MOST_MS_TO_COME_BACK);
      }
      case Order.Losing(int node) -> {
        Population all = everybody();
        all.losing(node, () -> answer.complete(all.report(msSince(started))));
        completeLater(all, answer, started, MOST_MS_TO_COME_BACK);
      }
      case Order.Measure() -> {
        tally.reset();
        answer.complete(everybody().report(0));
      }
      case Order.Count() -> answer.complete(everybody().count());
      case Order.Ask() -> answer.complete(everybody().report(0));
      case Order.Churn(double perSecond) -> {
        everybody().churn(perSecond);
        answer.complete(everybody().report(0));
      }
      case Order.StopReading() -> {
        everybody().stopReading();
        answer.complete(everybody().count());
      }
      case Order.ReadAgain() -> {
        Report before = everybody().count();
        everybody().readAgain();
        answer.complete(before);
      }
      case Order.Finish(List<Long> published) -> answer.complete(everybody().finish(published));
      case Order.Close() -> {
        Report last = everybody().report(0);
        everybody().close();
        population = null;
        answer.complete(last);
      }
    }
  }

  private void completeLater(
      Population all, CompletableFuture<Report> answer, long started, long limitMs) {
    var timer =
        loop.schedule(
            () -> {
              var _ = answer.complete(all.report(msSince(started)));
            },
            limitMs,
            TimeUnit.MILLISECONDS);
    var _ = answer.whenComplete((_, _) -> timer.cancel(false));
  }

  private Population everybody() {
    if (population == null) {
      throw new IllegalStateException("no audience has been opened");
    }
    return population;
  }

  private static long msSince(long started) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
