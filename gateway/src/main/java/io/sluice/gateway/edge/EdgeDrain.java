package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.sluice.gateway.protocol.Disconnect;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the clients of an edge that accepts nobody any more to go elsewhere, in waves: in no
/// order, so that those who came together do not leave together. Whoever is not told yet is served
/// as before. For one thread, which waits.
final class EdgeDrain {
  private static final Logger log = LoggerFactory.getLogger(EdgeDrain.class);

  /// Between two waves, spread by half of it. At 1,000 a second a wave is 100, some milliseconds of
  /// the loops' time.
  private static final int WAVE_MS = 100;

  /// How long those that were told may take to go; then they are cut.
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Map<EventLoop, LoopContext> byLoop;
  private final CountDownLatch hurry;

  /// Those that are to be told yet, the next one last.
  private final List<Connection> waiting = new ArrayList<>();

  /// Sockets of those that were told, until they have closed: seconds' worth, since nobody is
  /// waited for longer than [Frames#endWith] does.
  private final Deque<Channel> going = new ArrayDeque<>();

  /// @param hurry at zero, everyone is told at once
  EdgeDrain(Map<EventLoop, LoopContext> byLoop, CountDownLatch hurry) {
    this.byLoop = byLoop;
    this.hurry = hurry;
  }

  /// Returns when all have gone, or were cut.
  ///
  /// @param over see [DrainPace]
  /// @param admitted see [DrainPace]
  void run(Duration over, int admitted, Supplier<DrainPace.Others> others) {
    long began = System.nanoTime();
    try {
      gather();
      Collections.shuffle(waiting, ThreadLocalRandom.current());
      int connections = waiting.size();
      DrainPace pace = new DrainPace(connections, over, admitted, began);
      announce(pace, connections, over, others.get());
      while (!waiting.isEmpty()) {
        boolean hurried = hurry.getCount() == 0;
        int gone = hurried ? connections : pace.goneBy(System.nanoTime(), others.get());
        tell(gone - (connections - waiting.size()));
        if (!waiting.isEmpty()) {
          long wave = ThreadLocalRandom.current().nextLong(WAVE_MS / 2, 3 * WAVE_MS / 2);
          var _ = hurry.await(wave, TimeUnit.MILLISECONDS);
        }
      }
      int cut = awaitGone();
      log.info(
          "drained connections={} cut={} ms={}",
          connections,
          cut,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    } catch (InterruptedException _) {
      tell(waiting.size());
      Thread.currentThread().interrupt(); // whoever is in a hurry
    }
  }

  private static void announce(
      DrainPace pace, int connections, Duration over, DrainPace.Others others) {
    double perSecond = pace.perSecond(others);
    log.info(
        "draining connections={} perSecond={} over={} staying={} leaving={}",
        connections,
        Math.round(perSecond),
        over,
        others.staying(),
        others.leaving());
    if (others.staying() > 0
        && !over.isZero()
        && perSecond * DrainPace.MOST * over.toMillis() / 1_000 < connections) {
      log.warn(
          "drain.duration is too short: the nodes that stay admit {} connections a second, and there"
              + " are {}; what is left after {} times {} is closed at once",
          Math.round(perSecond),
          connections,
          DrainPace.MOST,
          over);
    }
  }

  /// No connection begins from here on.
  private void gather() throws InterruptedException {
    List<CompletableFuture<LoopContext.Leaving>> parts = new ArrayList<>();
    byLoop.forEach((loop, own) -> parts.add(CompletableFuture.supplyAsync(own::drain, loop)));
    for (CompletableFuture<LoopContext.Leaving> part : parts) {
      try {
        LoopContext.Leaving leaving = part.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        waiting.addAll(leaving.connections());
        going.addAll(leaving.told());
      } catch (ExecutionException | TimeoutException e) {
        log.error("a loop does not say whom it serves, who will be cut", e);
      }
    }
  }

  private void tell(int count) {
    for (int i = 0; i < count && !waiting.isEmpty(); i++) {
      Connection next = waiting.removeLast();
      going.add(next.channel());
      next.channel().eventLoop().execute(() -> next.end(Disconnect.SHUTDOWN));
    }
    going.removeIf(channel -> !channel.isOpen());
  }

  /// @return how many had to be cut
  private int awaitGone() throws InterruptedException {
    long deadline = System.nanoTime() + GRACE.toNanos();
    int cut = 0;
    for (Channel channel : going) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!channel.closeFuture().await(left, TimeUnit.NANOSECONDS)) {
        var _ = channel.close();
        cut++;
      }
    }
    going.clear();
    return cut;
  }
}
