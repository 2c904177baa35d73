package io.sluice.gateway.edge;

import io.netty.channel.EventLoop;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Goes through the connections of a loop, some in each turn: others have theirs between. Confined
/// to the loop.
final class LoopLook {
  /// A few reads each; well below a millisecond.
  static final int A_TURN = 2_048;

  private final EventLoop loop;
  private final LoopContext own;
  private final CompletableFuture<LoopState> found;
  private final Connection[] all;
  private final Map<String, Integer> byState = new TreeMap<>();
  private final Map<String, Integer> byTransport = new TreeMap<>();
  private int next;
  private int waiting;
  private int backlogged;
  private long largest;

  private LoopLook(EventLoop loop, LoopContext own, CompletableFuture<LoopState> found) {
    this.loop = loop;
    this.own = own;
    this.found = found;
    this.all = own.connections().toArray(Connection[]::new);
  }

  /// Looks at a loop's connections. Any thread; does not wait. A loop that hangs never answers.
  static CompletableFuture<LoopState> at(EventLoop loop, LoopContext own) {
    CompletableFuture<LoopState> found = new CompletableFuture<>();
    try {
      loop.execute(() -> new LoopLook(loop, own, found).goOn());
    } catch (RejectedExecutionException e) {
      found.completeExceptionally(e); // it has ended
    }
    return found;
  }

  private void goOn() {
    try {
      int end = Math.min(all.length, next + A_TURN);
      while (next < end) {
        look(all[next++]);
      }
      if (next < all.length && !found.isDone()) {
        var _ = loop.schedule(this::goOn, 0, TimeUnit.NANOSECONDS);
      } else {
        found.complete(state());
      }
    } catch (RuntimeException e) {
      found.completeExceptionally(e);
    }
  }

  private void look(Connection connection) {
    byState.merge(connection.state().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
    Transport transport = connection.transport();
    byTransport.merge(transport.label(), 1, Integer::sum);
    long queued = transport.queued();
    waiting += queued > 0 ? 1 : 0;
    backlogged += transport.backlogged() ? 1 : 0;
    largest = Math.max(largest, queued);
  }

  private LoopState state() {
    return new LoopState(
        Thread.currentThread().getName(),
        byState,
        byTransport,
        own.requests().size(),
        own.echoes().size() + own.turnedAway().size(),
        own.outboxes().used(),
        waiting,
        backlogged,
        largest);
  }
}
