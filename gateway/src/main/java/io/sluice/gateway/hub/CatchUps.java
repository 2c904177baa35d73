package io.sluice.gateway.hub;

import io.sluice.broker.Mode;
import io.sluice.broker.Newest;
import io.sluice.broker.Publication;
import io.sluice.broker.Replay;
import io.sluice.broker.ReplaySource;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.hub.Subscriber.Offered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The legs of one loop that read the window by themselves, or the log below it: those that came
/// back with a past, and those whose connection had no room. Each turn of the loop lets some of
/// them read on, in turns; who has no room waits for it and costs nothing meanwhile. Confined to
/// the loop.
final class CatchUps {
  private static final Logger log = LoggerFactory.getLogger(CatchUps.class);

  /// Bytes of payloads after which a slice ends, however few records it has: a fraction of an
  /// outbox.
  private static final int BYTES_A_SLICE = 64 * 1024;

  /// Records read in one turn before others have theirs; each reader has a slice, so they may be
  /// more by one slice.
  private static final int RECORDS_A_TURN = 2_048;

  private final Delivery delivery;
  private final Supplier<ReplaySource> replays;
  private final LoopThread thread;
  private final BiConsumer<Subscription, Lost> lost;
  private final Runnable wake;
  private final LagCounts counts;
  private final ArrayDeque<CatchUp> reading = new ArrayDeque<>();

  /// @param replays reads what has left the window
  /// @param lost ends a subscription whose past cannot be had any more
  /// @param wake brings [#readOn] about
  CatchUps(
      Delivery delivery,
      Supplier<ReplaySource> replays,
      LoopThread thread,
      BiConsumer<Subscription, Lost> lost,
      Runnable wake,
      LagCounts counts) {
    this.delivery = delivery;
    this.replays = replays;
    this.thread = thread;
    this.lost = lost;
    this.wake = wake;
    this.counts = counts;
  }

  /// Lets a leg read from this Kafka offset on.
  void add(Leg leg, long from) {
    reading.add(new CatchUp(leg.window, List.of(leg), from, /* lagging= */ false));
  }

  /// Lets legs of one connection read, each from its `next` on, those of one window together.
  void addTogether(List<Leg> legs) {
    Map<Window, List<Leg>> byWindow = new LinkedHashMap<>();
    for (Leg leg : legs) {
      byWindow.computeIfAbsent(leg.window, _ -> new ArrayList<>()).add(leg);
    }
    byWindow.forEach((window, together) -> {
      long first = together.stream().mapToLong(leg -> leg.next).min().orElseThrow();
      reading.add(new CatchUp(window, together, first, /* lagging= */ false));
    });
  }

  /// A live leg's connection had no room for the record at this Kafka offset. It goes on from there
  /// when there is room, or, where the namespace leaves out, with what is newest then.
  void withhold(Leg leg, long offset) {
    counts.began();
    switch (leg.subscription.policy().slow()) {
      case RESUME -> park(new CatchUp(leg.window, leg.together(), offset, /* lagging= */ true));
      case LATEST, DROP_OLDEST -> {
        Skipped skipped = new Skipped();
        skipped.add(offset);
        leg.skipped = skipped;
        leg.next = offset;
        awaitNewest(leg);
      }
    }
  }

  private void awaitNewest(Leg leg) {
    await(
        leg.subscription,
        () -> {
          try {
            newest(leg);
          } catch (RuntimeException | OutOfMemoryError e) {
            failed(List.of(leg), e);
          }
        });
  }

  private void park(CatchUp catchUp) {
    await(
        catchUp.any().subscription,
        () -> {
          reading.add(catchUp);
          wake.run();
        });
  }

  private void await(Subscription subscription, Runnable then) {
    counts.waits();
    subscription
        .subscriber()
        .whenRoom(() -> {
          counts.goesOn();
          then.run();
        });
  }

  /// Gives a slice to as many as fit into a turn.
  ///
  /// @return whether any is not through
  boolean readOn() {
    int work = 0;
    for (int n = reading.size(); n > 0 && work < RECORDS_A_TURN; n--) {
      CatchUp catchUp = reading.remove();
      try {
        work += read(catchUp);
      } catch (RuntimeException | OutOfMemoryError e) {
        catchUp.leave();
        failed(catchUp.attached(), e);
      }
    }
    return !reading.isEmpty();
  }

  /// They come back, with what they have.
  private void failed(List<Leg> legs, Throwable cause) {
    log.error("reading the window failed legs={}", legs.size(), cause);
    legs.forEach(leg -> lost.accept(leg.subscription, Lost.LOG));
  }

  /// Reads a slice, and sees to what comes after it.
  ///
  /// @return what it took, in records
  private int read(CatchUp catchUp) {
    List<Leg> legs = catchUp.attached();
    if (legs.isEmpty()) {
      catchUp.leave();
      return 1;
    }
    Subscriber subscriber = legs.getFirst().subscription.subscriber();
    if (subscriber.backlogged()) {
      catchUp.makeWay();
      park(catchUp); // more would only wait in its outbox; those behind it now are before it then
      return 1;
    }
    if (catchUp.tooFarBehind()) {
      return lose(catchUp, legs, Lost.LAG);
    }
    Replay replay = catchUp.replay();
    if (catchUp.overtaken()) {
      return replay == null ? goBelow(catchUp, legs) : read(catchUp, legs, replay);
    }
    catchUp.leave(); // the window has what follows
    CatchUp.Slice slice = catchUp.read(legs, catchUp.window);
    if (catchUp.overtaken()) {
      return goBelow(catchUp, legs); // what was read may have a hole
    }
    boolean through = catchUp.advance(given(slice, catchUp.window));
    // together with where it leads to: a client that cannot take all of it comes back further on
    subscriber.flush();
    if (!through) {
      reading.add(catchUp);
    }
    return legs.size() + slice.records().size();
  }

  private int lose(CatchUp catchUp, List<Leg> legs, Lost why) {
    catchUp.leave();
    legs.forEach(leg -> lost.accept(leg.subscription, why));
    return legs.size();
  }

  // below the window

  private int goBelow(CatchUp catchUp, List<Leg> legs) {
    if (catchUp.any().subscription.mode() == Mode.STATE) {
      return readNewest(catchUp, legs);
    }
    if (!catchUp.mayReplay()
        || !catchUp.begin(replays.get(), legs, () -> thread.execute(() -> progressed(catchUp)))) {
      return lose(catchUp, legs, Lost.WINDOW);
    }
    legs.forEach(leg -> leg.below = catchUp);
    catchUp.waits = true;
    return legs.size();
  }

  private void progressed(CatchUp catchUp) {
    if (catchUp.waits) { // else it looks anyway
      catchUp.waits = false;
      reading.add(catchUp);
      wake.run();
    }
  }

  /// @return what it took, in records
  private int read(CatchUp catchUp, List<Leg> legs, Replay replay) {
    if (!catchUp.mayReplay()) {
      return lose(catchUp, legs, Lost.WINDOW); // the log runs faster than it reads
    }
    switch (replay.next()) {
      case Replay.Step.Wait() -> catchUp.waits = true;
      case Replay.Step.Late() -> {
        catchUp.leave(); // and begins anew
        reading.add(catchUp);
      }
      case Replay.Step.Failed(Replay.Fault _) -> {
        return lose(catchUp, legs, Lost.WINDOW);
      }
      case Replay.Step.Take(Window stretch) -> {
        CatchUp.Slice slice = catchUp.read(legs, stretch);
        if (catchUp.advance(given(slice, stretch), stretch)) {
          replay.done();
        }
        legs.getFirst().subscription.subscriber().flush();
        reading.add(catchUp);
        return legs.size() + slice.records().size();
      }
    }
    return 1;
  }

  /// @return as much of the slice as was given
  private CatchUp.Slice given(CatchUp.Slice slice, Window window) {
    int bytes = 0;
    for (CatchUp.Found found : slice.records()) {
      if (bytes > BYTES_A_SLICE) {
        return slice.upTo(found.offset());
      }
      if (found.cursor().next()) {
        bytes += found.cursor().bytes();
        delivery.next(found.leg().subscription, 1);
        if (delivery.to(found.leg(), window, found.cursor()) == Offered.FULL) {
          return slice.upTo(found.offset());
        }
      }
    }
    return slice;
  }

  /// Nothing is read again where only newest values count: gives those, in the log's order, and
  /// lets the window follow.
  ///
  /// @return what it took, in records
  private int readNewest(CatchUp catchUp, List<Leg> legs) {
    long tail = catchUp.window.tail();
    List<NewestOf> values = new ArrayList<>();
    for (Leg leg : legs) {
      Newest newest = catchUp.window.newest(leg.subscription.channel().key());
      if (newest instanceof Newest.Unknown && newest.found().isEmpty()) {
        lost.accept(leg.subscription, Lost.WINDOW);
      }
      newest
          .found()
          .filter(p -> p.offset() > leg.sent && p.offset() <= tail) // what is above comes later
          .ifPresent(p -> values.add(new NewestOf(leg, p)));
    }
    values.sort(Comparator.comparingLong(each -> each.value.offset()));
    catchUp.goOn(give(values, catchUp.window, tail));
    legs.getFirst().subscription.subscriber().flush();
    reading.add(catchUp);
    return legs.size() + values.size();
  }

  /// @return from where on the rest is to be given; the tail when all were
  private long give(List<NewestOf> values, Window window, long tail) {
    int bytes = 0;
    for (NewestOf each : values) {
      if (bytes > BYTES_A_SLICE
          || (each.leg.attached()
              && delivery.newest(each.leg, window, each.value) == Offered.FULL)) {
        return each.value.offset() - 1;
      }
      bytes += each.value.data().map(data -> data.length).orElse(0);
    }
    return tail;
  }

  /// A channel's newest value and who is to have it.
  private record NewestOf(Leg leg, Publication value) {}

  // who leaves out what is old

  /// A record comes by that a leg without room would have been given.
  void skip(Leg leg, Skipped skipped, WindowCursor cursor) {
    if (cursor.offset() <= skipped.newest()) {
      return; // a turn may come by twice
    }
    if (delivery.wanted(leg, cursor)) {
      skipped.add(cursor.offset());
      if (skipped.room) {
        skipped.room = false;
        awaitNewest(leg); // after this turn
      }
    }
  }

  /// There is room: gives a leg the newest of what it missed, as many as a slice holds or one, and
  /// tells it of the others.
  private void newest(Leg leg) {
    Skipped skipped = leg.skipped;
    if (!leg.attached() || skipped == null) {
      return;
    }
    List<WindowCursor> chosen = choose(leg, skipped);
    if (chosen.isEmpty() && leg.subscription.mode() == Mode.STATE) {
      lost.accept(leg.subscription, Lost.WINDOW); // it comes back, and is given the newest value
      return;
    }
    if (chosen.isEmpty()) {
      skipped.room = true;
      return;
    }
    long missed = skipped.count() - chosen.size();
    leg.skipped = null;
    leg.next = Leg.LIVE;
    for (WindowCursor cursor : chosen) {
      delivery.next(leg.subscription, 1);
      Skipped again = leg.skipped;
      if (again != null) {
        again.add(cursor.offset());
      } else if (missed == 0) {
        if (delivery.to(leg, leg.window, cursor) == Offered.FULL) {
          withhold(leg, cursor.offset());
        }
      } else if (delivery.after(missed, leg, leg.window, cursor) == Offered.FULL) {
        withhold(leg, cursor.offset());
        carry(leg.skipped, missed);
        missed = 0;
      } else {
        counts.missed(missed);
        missed = 0;
      }
    }
    leg.subscription.subscriber().flush();
  }

  /// Nobody was told of them yet.
  private static void carry(@Nullable Skipped to, long missed) {
    if (to != null) {
      to.carry(missed);
    }
  }

  private List<WindowCursor> choose(Leg leg, Skipped skipped) {
    int most =
        switch (leg.subscription.policy().slow()) {
          case LATEST -> 1;
          case RESUME, DROP_OLDEST -> CatchUp.RECORDS;
        };
    long[] offsets =
        leg.window.newest(
            leg.subscription.channel().key(), leg.next, skipped.newest() + 1, CatchUp.RECORDS);
    ArrayDeque<WindowCursor> chosen = new ArrayDeque<>();
    long bytes = 0;
    for (int i = offsets.length - 1; i >= 0 && chosen.size() < most; i--) {
      WindowCursor cursor = leg.window.cursor(offsets[i], offsets[i] + 1);
      delivery.next(leg.subscription, 1);
      if (cursor.next() && delivery.wanted(leg, cursor)) {
        bytes += cursor.bytes();
        if (!chosen.isEmpty() && bytes > BYTES_A_SLICE) {
          break;
        }
        chosen.addFirst(cursor);
      }
    }
    return List.copyOf(chosen);
  }
}
