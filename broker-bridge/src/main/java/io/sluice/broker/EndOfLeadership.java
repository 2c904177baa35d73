package io.sluice.broker;

/// Where the records of a leadership, or of those before it, end in a log as it is now.
///
/// @param offset after the last of them
/// @param leadership Kafka's leader epoch of that one; lower than the one asked for when the log
///   has nothing of that
record EndOfLeadership(long offset, int leadership) {}
