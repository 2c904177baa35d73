package io.sluice.broker;

/// How many records open transactions hold back from who reads committed ones only: those between a
/// log's last stable offset and its high watermark. Kafka is asked for the two apart, so the
/// watermark is the one of the look before: counted is what was there some seconds ago and cannot
/// be read yet, and a log that only grows while it is asked counts for nothing. Told by one thread
/// at a time, asked by any.
final class HeldBack {
  private volatile long watermark = -1;
  private volatile long records;

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
  void stable(long offset, long before) {
    records = before < 0 ? 0 : Math.max(0, before - offset);
  }

  /// Forgets it all: the log is another one.
  void clear() {
    watermark = -1;
    records = 0;
  }

  /// How many there are now.
  long records() {
    return records;
  }
}
