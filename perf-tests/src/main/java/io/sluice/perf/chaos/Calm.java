package io.sluice.perf.chaos;

import java.time.Duration;

/// A moment from which on nothing is wrong for [#LIMIT], so that publishing must come back.
///
/// @param after what was wrong before, for people
/// @param at [System#nanoTime()]
record Calm(String after, long at) {
  /// Until every channel must have been published to again: a publish through a node that was begun
  /// before hangs for 8 s at most ([Publishing]), the next may be one that its node gives up after
  /// 5 s, and the one after it must succeed.
  static final Duration LIMIT = Duration.ofSeconds(15);

  /// Whether a moment is late enough and not too late.
  boolean has(long moment) {
    long since = moment - at;
    return since >= 0 && since <= LIMIT.toNanos();
  }
}
