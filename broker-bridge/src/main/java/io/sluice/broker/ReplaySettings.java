package io.sluice.broker;

/// How much a node reads below its windows at a time.
///
/// @param scans partitions that are read at a time, each by a thread and a consumer of its own
public record ReplaySettings(int scans) {
  /// What a scan fetches at a time, and what it hands on at a time, unless one record is larger.
  static final ByteSize FETCH = ByteSize.mib(1);

  /// Stretches that slow readers may keep.
  static final int KEPT = 8;

  public ReplaySettings {
    if (scans < 1) {
      throw new IllegalArgumentException("replay.scans is " + scans + ", at least 1");
    }
  }

  /// What all scans hold: what was fetched, the same as records, what comes next meanwhile, and the
  /// stretch that is being handed on; and what slow readers keep.
  long bytes() {
    return (4L * scans + KEPT) * FETCH.bytes();
  }
}
