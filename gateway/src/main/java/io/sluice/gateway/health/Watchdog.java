package io.sluice.gateway.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Looks again and again whether threads go on. One that does not for `stall` is told of; past
/// `exitAfter` the process is to end.
///
/// It counts its own looks rather than time: when they are far apart the process was stopped, or
/// the machine slept, and nobody could have gone on. So that counts for two looks and no more.
///
/// [#hangs] is for any thread, everything else for the watchdog's own.
final class Watchdog {
  /// Of looks within a stall.
  private static final int LOOKS = 10;

  private static final Duration SHORTEST = Duration.ofMillis(20);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /// Looks so much too far apart are told of.
  static final Duration PAUSE = Duration.ofSeconds(1);

  /// Hears what it finds; must not wait.
  interface Listener {
    /// A thread hangs from now on.
    void hangs(Watched what, Hang how);

    /// It goes on again.
    void goesOn(Watched what, Duration after);

    /// The process did not run for a while.
    void paused(Duration length);

    /// A thread has hung for too long. Once.
    void givesUp(Hang how);
  }

  private static final class Post {
    final Watched watched;
    long turn = -1;
    Duration wentOn = Duration.ZERO;
    boolean hangs;

    Post(Watched watched) {
      this.watched = watched;
    }
  }

  private final Duration stall;
  private final Duration exitAfter;
  private final Duration every;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Listener listener;
  private final List<Post> posts;
  private volatile List<Hang> hangs = List.of();
  private Duration ran = Duration.ZERO;
  private long looked;
  private boolean gaveUp;

  /// @param exitAfter zero = never
  /// @param nanoTime as [System#nanoTime]
  Watchdog(
      Duration stall,
      Duration exitAfter,
      List<? extends Watched> watched,
      LongSupplier nanoTime,
      Clock clock,
      Listener listener) {
    this.stall = stall;
    this.exitAfter = exitAfter;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.listener = listener;
    Duration part = stall.dividedBy(LOOKS);
    Duration atLeast = part.compareTo(SHORTEST) < 0 ? SHORTEST : part;
    this.every = atLeast.compareTo(LONGEST) > 0 ? LONGEST : atLeast;
    this.posts = watched.stream().map(Post::new).toList();
    this.looked = nanoTime.getAsLong();
  }

  /// The time between two looks.
  Duration every() {
    return every;
  }

  /// What hangs now, as of the last look.
  List<Hang> hangs() {
    return hangs;
  }

  /// Looks at everything once.
  void look() {
    long now = nanoTime.getAsLong();
    Duration gap = Duration.ofNanos(now - looked);
    looked = now;
    Duration most = every.multipliedBy(2);
    if (gap.minus(every).compareTo(PAUSE) > 0) {
      listener.paused(gap);
    }
    ran = ran.plus(gap.compareTo(most) < 0 ? gap : most);
    List<Hang> found = new ArrayList<>();
    posts.forEach(post -> look(post, found));
    hangs = List.copyOf(found);
    found.stream()
        .filter(hang -> exitAfter.isPositive() && hang.length().compareTo(exitAfter) > 0)
        .findFirst()
        .ifPresent(this::giveUp);
  }

  private void look(Post post, List<Hang> found) {
    Watched watched = post.watched;
    Watched.Turn turn = watched.turn();
    if (turn.number() != post.turn) {
      if (post.hangs) {
        post.hangs = false;
        listener.goesOn(watched, ran.minus(post.wentOn));
      }
      post.turn = turn.number();
      post.wentOn = ran;
    }
    watched.nudge();
    Duration overdue = ran.minus(post.wentOn).minus(turn.most());
    if (overdue.compareTo(stall) <= 0) {
      return;
    }
    Instant since = clock.instant().minus(overdue).truncatedTo(ChronoUnit.MILLIS);
    Hang hang = new Hang(watched.name(), watched.kind(), since, overdue);
    found.add(hang);
    if (!post.hangs) {
      post.hangs = true;
      listener.hangs(watched, hang);
    }
  }

  private void giveUp(Hang hang) {
    if (!gaveUp) {
      gaveUp = true;
      listener.givesUp(hang);
    }
  }
}
