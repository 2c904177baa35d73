package io.sluice.gateway.hub;

import io.sluice.broker.Mode;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import java.util.function.BiConsumer;

/// Delivers what is new of a partition to those who are served together, a bounded share of work at
/// a time. Confined to the loop.
final class PartitionTurns {
  /// Records looked at and pushes appended for one partition in a turn before others have theirs,
  /// well below a millisecond; one publication is always appended for all its subscribers.
  static final int WORK_A_TURN = 8_192;

  private final int loop;
  private final Delivery delivery;
  private final CatchUps catchUps;
  private final Following following;
  private final BiConsumer<Subscription, Lost> ending;

  /// @param ending called with a subscription that cannot keep its promise
  PartitionTurns(
      int loop,
      Delivery delivery,
      CatchUps catchUps,
      Following following,
      BiConsumer<Subscription, Lost> ending) {
    this.loop = loop;
    this.delivery = delivery;
    this.catchUps = catchUps;
    this.following = following;
    this.ending = ending;
  }

  /// Delivers what is new of it to its live legs.
  ///
  /// @return whether there is more to read
  boolean deliver(PartitionTable table) {
    long from = Math.min(table.feed.take(loop), table.resumeAt);
    table.resumeAt = Feed.NONE;
    if (from == Feed.NONE) {
      return false;
    }
    Window window = table.feed.partition().window();
    long tail = window.tail();
    WindowCursor cursor = window.cursor(from, tail);
    // the cursor holds its records; if the floor has not passed `from` by now, none is missing in
    // it
    if (window.floor() > from) {
      lost(table, window);
    }
    boolean followed = following.any(); // after the tail
    for (int work = 0; cursor.next(); work++) {
      if (work >= WORK_A_TURN) {
        table.resumeAt = cursor.offset();
        table.reached(window, cursor.offset());
        return true;
      }
      Legs legs = table.channels.get(cursor.key());
      int given = 0;
      if (legs != null) {
        given = deliver(legs, window, cursor, table.ages);
        work += legs.size() + delivery.takeWork();
      }
      if (followed) {
        following.passed(table.feed.partition(), cursor.offset(), given);
      }
    }
    table.reached(window, tail);
    return false;
  }

  /// @return to how many it was given
  private int deliver(Legs legs, Window window, WindowCursor cursor, LoopAges ages) {
    int given = 0;
    delivery.news(legs.get(0).subscription, legs.size(), cursor.time(), ages);
    for (int i = 0; i < legs.size(); i++) {
      Leg leg = legs.get(i);
      if (leg.window != window) {
        continue;
      }
      if (leg.live()) {
        switch (delivery.to(leg, window, cursor)) {
          case TAKEN -> given++;
          case FULL -> catchUps.withhold(leg, cursor.offset());
          case DROPPED -> {}
        }
      } else if (leg.skipped != null) {
        catchUps.skip(leg, leg.skipped, cursor);
      }
    }
    return given;
  }

  /// Unread records have left the window: whoever was promised them, or the newest of them, must be
  /// told so.
  private void lost(PartitionTable table, Window window) {
    long floor = window.floor();
    for (Leg leg : table.legs()) {
      if (leg.live()
          && leg.window == window
          && leg.sent < floor
          && (leg.subscription.recoverable() || leg.subscription.mode() == Mode.STATE)) {
        ending.accept(leg.subscription, Lost.WINDOW);
      }
    }
  }
}
