package io.sluice.perf.chaos;

import java.time.Duration;

/// A moment from which on nothing is wrong for [#LIMIT], so that publishing must come back on each
/// [Way].
///
/// @param after what was wrong before, for people
/// @param at [System#nanoTime()]
record Calm(String after, long at) {
  /// Until publishing must be back: a publish through a node that was begun before hangs for 8 s at
  /// most ([Publishing]); then the channel is published to through each of three nodes, of which
  /// each may give up once, after 4 s, and is to take the one after it, its turn being every 1.5 s.
  static final Duration LIMIT = Duration.ofSeconds(25);

  /// Whether this shows that publishing is back: begun late enough, and taken not too late.
  boolean has(Publish publish) {
    return publish.outcome() == Publish.Outcome.ACKNOWLEDGED
        && publish.begun() - at >= 0
        && publish.answered() - at <= LIMIT.toNanos();
  }
}
