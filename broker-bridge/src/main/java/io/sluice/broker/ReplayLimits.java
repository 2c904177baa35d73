package io.sluice.broker;

/// What one namespace lets a client's absence cost: how far below the window its position may lie.
/// Judged before anything is read.
///
/// @param records from the position to the log's end, counted as offsets; 0: nothing is read below
///   the window
/// @param bytes the same, estimated by the size of the records in the window
public record ReplayLimits(long records, ByteSize bytes) {
  /// Nothing is read below the window.
  public static final ReplayLimits OFF = new ReplayLimits(0, ByteSize.kib(0));

  /// The most records that may be read.
  ///
  /// @param averageBytes of one
  long most(long averageBytes) {
    return Math.min(records, bytes.bytes() / Math.max(1, averageBytes));
  }
}
