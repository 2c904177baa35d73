package io.sluice.broker;

/// Where a channel's log is now.
///
/// @param partition Kafka's partition that the channel lies in
/// @param position of the next record
public record ChannelTop(int partition, Position position) {}
