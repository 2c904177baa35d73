package io.sluice.gateway.hub;

import io.sluice.broker.Replay;
import io.sluice.broker.ReplaySource;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.config.NamespaceConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Legs of one connection that read their past in one partition, together and in the log's order,
/// so that at every moment one offset says what was read and what was not. Nearly always a single
/// leg. They read the window, and the log itself as long as they are below it. Confined to the
/// loop.
final class CatchUp {
  /// Records taken at once before others have their turn.
  static final int RECORDS = 64;

  /// The least of one leg, however many they are.
  private static final int LEAST = 8;

  /// A record that was read.
  record Found(long offset, Leg leg, WindowCursor cursor) {}

  /// What a slice came to.
  ///
  /// @param records oldest first
  /// @param next where the next slice begins; [Leg#LIVE] when none is needed
  /// @param tail up to where everything was read in that case
  record Slice(List<Found> records, long next, long tail) {
    /// The same, broken off before the record at this offset.
    Slice upTo(long offset) {
      return new Slice(records, offset, tail);
    }
  }

  final Window window;
  private final List<Leg> legs;
  private final boolean lagging;
  private long next;

  /// While they are below the window.
  private @Nullable Replay replay;

  /// Whether nothing is to be done before [#replay] has more.
  boolean waits;

  /// @param next the Kafka offset to begin at; a leg skips what it was given before
  /// @param lagging whether it is read because there was no room for it before
  CatchUp(Window window, List<Leg> legs, long next, boolean lagging) {
    this.window = window;
    this.lagging = lagging;
    this.legs = List.copyOf(legs);
    this.next = next;
    legs.forEach(leg -> leg.next = next);
  }

  /// One of its legs.
  Leg any() {
    return legs.getFirst();
  }

  /// Its legs that still belong to a subscription.
  List<Leg> attached() {
    return legs.stream().filter(Leg::attached).toList();
  }

  /// Reads on. Whoever reads the window looks at its floor afterwards, see [#overtaken].
  ///
  /// @param source the window, or a stretch of what lies below it
  Slice read(List<Leg> wanted, Window source) {
    long tail = source.tail();
    long bound = tail;
    int limit = Math.max(LEAST, RECORDS / wanted.size());
    List<Found> found = new ArrayList<>();
    for (Leg leg : wanted) {
      long[] offsets = source.channel(leg.subscription.channel().key(), next, bound, limit);
      for (long offset : offsets) {
        found.add(new Found(offset, leg, source.cursor(offset, offset + 1)));
      }
      if (offsets.length == limit) {
        bound = offsets[limit - 1] + 1; // of what lies beyond, this leg has not read everything
      }
    }
    long end = bound;
    found.removeIf(f -> f.offset() >= end);
    found.sort(Comparator.comparingLong(Found::offset));
    return new Slice(found, bound == tail ? Leg.LIVE : bound, tail);
  }

  /// Whether records that are to be read have left the window.
  boolean overtaken() {
    return window.floor() > next;
  }

  // below the window

  @Nullable Replay replay() {
    return replay;
  }

  /// Whether the log may be read again from here on.
  boolean mayReplay() {
    NamespaceConfig policy = any().subscription.policy();
    return policy.recovery() && window.mayReplay(next, policy.replay());
  }

  /// Begins to read the log.
  ///
  /// @param progress see [ReplaySource#begin]
  /// @return whether there was room for one more
  boolean begin(ReplaySource source, List<Leg> wanted, Runnable progress) {
    Set<String> keys =
        wanted.stream()
            .map(leg -> leg.subscription.channel().key())
            .collect(Collectors.toUnmodifiableSet());
    replay = source.begin(any().partition, window, keys, next, progress).orElse(null);
    return replay != null;
  }

  /// One of its legs is no more.
  void detached() {
    if (attached().isEmpty()) {
      leave();
    }
  }

  /// There is no room for more, and nobody is to wait for that.
  void makeWay() {
    if (replay != null && !replay.keep()) {
      leave();
    }
  }

  /// Reads the log no more.
  void leave() {
    Replay left = replay;
    if (left != null) {
      replay = null;
      left.close();
    }
  }

  /// The slice of a stretch has been appended.
  ///
  /// @return whether the whole stretch has
  boolean advance(Slice slice, Window stretch) {
    boolean through = slice.next() == Leg.LIVE;
    next = through ? Math.max(next, stretch.tail()) : slice.next();
    legs.forEach(leg -> leg.next = next);
    return through;
  }

  /// Everything before this Kafka offset that counts was given.
  void goOn(long from) {
    next = from;
    legs.forEach(leg -> leg.next = from);
  }

  /// Whether a slow client is further behind than its namespace lets it be.
  boolean tooFarBehind() {
    long most = any().subscription.policy().lagMax();
    return lagging && most > 0 && window.tail() - next > most;
  }

  /// The slice has been appended.
  ///
  /// @return whether it was the last
  boolean advance(Slice slice) {
    next = slice.next();
    for (Leg leg : legs) {
      leg.next = next;
      if (next == Leg.LIVE) {
        leg.sent = Math.max(leg.sent, slice.tail()); // what comes after is brought by a turn
      }
    }
    return next == Leg.LIVE;
  }
}
