package io.sluice.perf.chaos;

import java.time.Duration;

/// What a [Link] does to what passes it.
sealed interface Weather {
  Weather CLEAR = new Clear();

  /// Nothing arrives and nobody is told: no end, no reset. What was on its way arrives when the
  /// weather changes, as TCP sends it again.
  Weather HOLE = new Hole();

  /// Everything arrives at once.
  record Clear() implements Weather {}

  /// Everything arrives later.
  ///
  /// @param least how much later
  /// @param jitter at most so much more
  record Slow(Duration least, Duration jitter) implements Weather {}

  /// As TCP shows that packets are lost: pauses until they are sent again, and now and then a
  /// connection that is given up.
  ///
  /// @param pauses share of the pieces that wait for 200 to 800 ms
  /// @param resets share of the pieces with which their connection ends
  record Lossy(double pauses, double resets) implements Weather {}

  /// See [#HOLE].
  record Hole() implements Weather {}
}
