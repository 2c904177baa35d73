package io.sluice.broker;

import io.sluice.broker.HistoryQuery.Order;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Reads a channel's past: from the window, and from the log where it begins below. The answer's
/// position is that of the log when it was asked: whoever subscribes from there gets what is not in
/// the answer. For any thread; waits for nothing.
final class HistoryReader {
  /// Records looked at in one go; most are the answer's.
  private static final int SLICE = 256;

  /// Records of the channel that are looked at for one answer, though they may be deleted values.
  private static final int LOOKED_AT = 16_384;

  /// How often the window may run away from a reader of its oldest.
  private static final int TRIES = 3;

  private final ReplaySource replays;

  HistoryReader(ReplaySource replays) {
    this.replays = replays;
  }

  /// Reads a part.
  ///
  /// @param plan what the query's position means in this window; [PositionPlan.NothingMissed] at
  ///   its floor, or its tail in reverse, where there is none
  CompletionStage<History> read(
      TailedPartition partition, Window window, String key, HistoryQuery query, PositionPlan plan) {
    Position top = new Position(window.epoch(), window.tail());
    if (query.limit() == 0) {
      return CompletableFuture.completedFuture(new History.Page(top, List.of()));
    }
    return switch (plan) {
      case PositionPlan.Unrecoverable(PositionPlan.Reason why)
          when query.order() == Order.FORWARD || why == PositionPlan.Reason.EPOCH ->
          CompletableFuture.completedFuture(new History.Unrecoverable());
      case PositionPlan.FromKafka(long since) when query.order() == Order.FORWARD ->
          below(partition, window, key, since, top, query);
      case PositionPlan.NothingMissed(long since) ->
          later(() -> inWindow(window, key, since, top, query));
      case PositionPlan.FromWindow(long since) ->
          later(() -> inWindow(window, key, since, top, query));
      case PositionPlan.Ahead(long since) -> later(() -> inWindow(window, key, since, top, query));
      case PositionPlan.FromKafka _, PositionPlan.Unrecoverable _ -> {
        // in reverse, and nothing before it is at hand but perhaps the newest value
        long since = query.since().map(Position::offset).orElse(Long.MAX_VALUE);
        yield later(() -> inWindow(window, key, since, top, query));
      }
    };
  }

  /// Elsewhere: who asks may be an event loop, and a thousand publications are read and checked.
  private static CompletionStage<History> later(Supplier<History> reading) {
    return CompletableFuture.supplyAsync(
        reading, task -> Thread.ofVirtual().name("sluice-history").start(task));
  }

  private static History inWindow(
      Window window, String key, long since, Position top, HistoryQuery query) {
    HistoryPage page = new HistoryPage(query.most());
    if (query.order() == Order.REVERSE) {
      reverse(window, key, since, top, page);
      return new History.Page(top, page.publications());
    }
    boolean whole = forward(window, key, since, top, page);
    for (int i = 0; !whole && query.since().isEmpty() && i < TRIES; i++) {
      page = new HistoryPage(query.most()); // the oldest at hand are others by now
      whole = forward(window, key, window.floor(), top, page);
    }
    return whole ? new History.Page(top, page.publications()) : new History.Unrecoverable();
  }

  /// Adds what follows, oldest first.
  ///
  /// @return whether nothing has left the window meanwhile
  private static boolean forward(
      Window window, String key, long since, Position top, HistoryPage page) {
    long from = since;
    for (int looked = 0; !page.full() && looked < LOOKED_AT; looked += SLICE) {
      long[] offsets = window.channel(key, from, top.offset(), Math.min(SLICE, page.room()));
      page.take(window, offsets);
      if (offsets.length == 0) {
        break;
      }
      from = offsets[offsets.length - 1] + 1;
    }
    return window.floor() <= since;
  }

  /// What leaves the window meanwhile is older than what is wanted, unless it is the newest value,
  /// which may be kept.
  private static void reverse(
      Window window, String key, long since, Position top, HistoryPage page) {
    // the publication of a position lies one below it, and is not before it
    long to = Math.min(Math.max(0, since - 1), top.offset());
    for (int looked = 0; !page.full() && looked < LOOKED_AT; looked += SLICE) {
      long[] offsets = window.newest(key, 0, to, Math.min(SLICE, page.room()));
      if (offsets.length == 0) {
        break;
      }
      to = offsets[0];
      for (int i = 0, j = offsets.length - 1; i < j; i++, j--) {
        long swap = offsets[i];
        offsets[i] = offsets[j];
        offsets[j] = swap;
      }
      page.take(window, offsets);
    }
    if (page.publications().isEmpty()) {
      long before = to;
      window.newest(key).found().filter(p -> p.offset() <= before).ifPresent(page::add);
    }
  }

  private CompletionStage<History> below(
      TailedPartition partition,
      Window window,
      String key,
      long since,
      Position top,
      HistoryQuery query) {
    HistoryReplay reading =
        new HistoryReplay(
            window, key, since, top, new HistoryPage(query.most()), HistoryReader::forward);
    replays
        .begin(partition, window, Set.of(key), since, reading)
        .ifPresentOrElse(reading::begun, reading::busy);
    return reading
        .answer()
        .thenApply(outcome ->
            outcome.orElseGet(() -> new History.Page(top, reading.page().publications())));
  }
}
