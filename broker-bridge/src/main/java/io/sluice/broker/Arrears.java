package io.sluice.broker;

import java.time.Duration;

/// How far, and for how long, reading is behind where a log was seen to end. Told by one thread at
/// a time, asked by any; times are of [System#nanoTime].
final class Arrears {
  /// @param end the newest that was seen; −1 = none
  /// @param owed the oldest that reading has not come to, or the newest
  /// @param since when that was asked for
  private record Seen(long end, long owed, long since) {}

  private volatile Seen seen = new Seen(-1, -1, 0);

  /// Kafka said where the log ends.
  ///
  /// @param at when it was asked, or later
  /// @param tail where reading has come to
  void seen(long end, long at, long tail) {
    Seen before = seen;
    // a log that is shorter than it was is another one, or was cut
    boolean settled = before.owed < 0 || tail >= before.owed || end < before.owed;
    seen = settled ? new Seen(end, end, at) : new Seen(end, before.owed, before.since);
  }

  /// Forgets what was seen: the log is another one.
  void clear() {
    seen = new Seen(-1, -1, 0);
  }

  /// Where the log was seen to end last; −1 = not yet.
  long end() {
    return seen.end;
  }

  /// Records, or numbers of records, between the tail and that end.
  long records(long tail) {
    return Math.max(0, seen.end - tail);
  }

  /// For how long reading has owed what Kafka had then; zero when it owes nothing.
  Duration age(long tail, long now) {
    Seen last = seen;
    return tail >= last.owed ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - last.since));
  }
}
