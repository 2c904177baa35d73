package io.sluice.gateway.hub;

import io.sluice.gateway.protocol.JoinLeave;
import io.sluice.gateway.protocol.WireForm;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// The subscribers of one event loop that are told who comes to their channel and who goes. What
/// does not fit, because very many come at once or a subscriber does not read, is dropped and
/// counted. Confined to the loop, but for [#tell] and [#dropped].
public final class Audience {
  /// Joins and leaves that wait for the loop.
  static final int MOST_WAITING = 20_000;

  private final LoopThread thread;
  private final FlushQueue flushes;
  private final Map<String, Set<Subscription>> channels = new HashMap<>();
  private final ArrayDeque<JoinLeave> due = new ArrayDeque<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final LongAdder dropped = new LongAdder();
  private volatile boolean wanted;
  private boolean telling;

  Audience(LoopThread thread, FlushQueue flushes) {
    this.thread = thread;
    this.flushes = flushes;
  }

  /// This subscriber is told from now on.
  public void add(Subscription subscription) {
    channels.computeIfAbsent(subscription.name(), _ -> new LinkedHashSet<>(2)).add(subscription);
    wanted = true;
  }

  /// Without effect when it was not.
  public void remove(Subscription subscription) {
    Set<Subscription> all = channels.get(subscription.name());
    if (all != null && all.remove(subscription) && all.isEmpty()) {
      channels.remove(subscription.name());
      wanted = !channels.isEmpty();
    }
  }

  /// Tells those whom it concerns. Any thread; never waits.
  void tell(List<JoinLeave> all) {
    if (!wanted) {
      return;
    }
    if (waiting.get() + all.size() > MOST_WAITING) {
      dropped.add(all.size());
      return;
    }
    waiting.addAndGet(all.size());
    thread.execute(() -> take(all));
  }

  private void take(List<JoinLeave> all) {
    due.addAll(all);
    if (!telling) {
      turn();
    }
  }

  /// A part of it, so that publications and reads have their turn.
  private void turn() {
    telling = false;
    int work = 0;
    while (work < PartitionTurns.WORK_A_TURN) {
      JoinLeave next = due.poll();
      if (next == null) {
        flushes.flushSoon();
        return;
      }
      waiting.decrementAndGet();
      work += 1 + tell(next);
    }
    flushes.flushSoon();
    telling = true;
    thread.later(this::turn);
  }

  private int tell(JoinLeave what) {
    Set<Subscription> all = channels.getOrDefault(what.channel(), Set.of());
    if (all.isEmpty()) {
      return 0;
    }
    Map<WireForm, byte[]> encoded = new EnumMap<>(WireForm.class);
    FlushQueue.Lane lane = flushes.lane(Duration.ZERO, all.size());
    for (Subscription each : all) {
      Subscriber subscriber = each.subscriber();
      WireForm form = subscriber.form().plain().unmarked(); // no publication, so no position
      byte[] push =
          encoded.computeIfAbsent(form, it -> it.encoding().replies().joinLeave(it, what));
      switch (subscriber.offer(push)) {
        case TAKEN -> flushes.add(subscriber, lane);
        case FULL -> dropped.increment();
        case DROPPED -> {
          // it is ending
        }
      }
    }
    return all.size();
  }

  /// How many pushes, or whole joins and leaves, were left out. Any thread.
  long dropped() {
    return dropped.sum();
  }
}
