package io.sluice.broker;

/// A log was truncated: records at this offset and above are others now, or gone.
///
/// @param leadership Kafka's leader epoch of the partition when that was found out; a later cut has
///   a higher one, at least 1
/// @param offset the first Kafka offset that no longer means what it did
record Cut(int leadership, long offset) {
  Cut {
    if (leadership < 1 || offset < 0) {
      throw new IllegalArgumentException("no cut: leadership " + leadership + ", at " + offset);
    }
  }
}
