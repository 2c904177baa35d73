package io.sluice.broker;

import java.time.Duration;

/// How many records open transactions hold back from who reads committed ones only, and for how
/// long the first of those transactions has: the records between a log's last stable offset and its
/// high watermark. Kafka is asked for the two apart, so the watermark is the one of the look
/// before: counted is what was there some seconds ago and cannot be read yet, and a log that only
/// grows while it is asked counts for nothing. Where this node's reading has come to plays no part.
/// Told by one thread at a time, asked by any; times are of [System#nanoTime].
final class HeldBack {
  /// What the last look found.
  ///
  /// @param stable up to where the log was stable
  /// @param records how many waited there
  /// @param since the first look that found some waiting there, all looks since then having done so
  /// @param at when it was
  private record Look(long stable, long records, long since, long at) {}

  private static final Look NONE = new Look(-1, 0, 0, 0);

  private volatile long watermark = -1;
  private volatile Look last = NONE;

  /// Where the log ended, transactions aside, when it was asked last; −1 = not yet.
  long watermark() {
    return watermark;
  }

  /// The log ends there, transactions aside.
  void watermark(long offset) {
    watermark = offset;
  }

  /// The log is stable up to there.
  ///
  /// @param before what [#watermark] said before that was asked for
  /// @param at when it was asked for
  void stable(long offset, long before, long at) {
    long waiting = before < 0 ? 0 : Math.max(0, before - offset);
    Look was = last;
    boolean stands = waiting > 0 && was.records > 0 && was.stable == offset;
    last = new Look(offset, waiting, stands ? was.since : at, at);
  }

  /// Forgets it all: the log is another one.
  void clear() {
    watermark = -1;
    last = NONE;
  }

  /// How many there are now.
  long records() {
    return last.records;
  }

  /// For how long the same transaction has held something back, from the first look that found it
  /// to the last: while Kafka does not answer it stays as it was. Zero when nothing waits, and when
  /// the log has become stable any farther since the look before.
  Duration length() {
    Look look = last;
    return Duration.ofNanos(Math.max(0, look.at - look.since));
  }
}
