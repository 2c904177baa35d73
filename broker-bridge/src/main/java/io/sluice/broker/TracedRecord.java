package io.sluice.broker;

/// A record that says of what trace it is a part.
///
/// @param partition where it lies
/// @param key the key part of its channel
/// @param offset its Kafka offset
/// @param time its timestamp, milliseconds since 1970
/// @param bytes of its value; 0 for a tombstone
/// @param traceparent what its producer wrote, whatever that is
public record TracedRecord(
    TailedPartition partition, String key, long offset, long time, int bytes, String traceparent) {}
