package io.sluice.broker;

/// Where a log ends now.
///
/// @param offset of the next record
/// @param leadership Kafka's leader epoch now; −1 where the broker does not tell
record LogEnd(long offset, int leadership) {
  static final LogEnd UNKNOWN = new LogEnd(-1, -1);
}
