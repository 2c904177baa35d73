package io.sluice.gateway.presence;

/// The users of a channel on one node.
///
/// @param distinct how many there are
/// @param smallest the smallest of their hashes, ascending, up to [DistinctUsers#SAMPLE]; so all of
///   them where there are no more; never written to
@SuppressWarnings("ArrayRecordComponent") // samples are never compared
record UserSample(int distinct, long[] smallest) {
  boolean complete() {
    return smallest.length >= distinct;
  }
}
