package io.sluice.gateway.hub;

import io.sluice.broker.TailedPartition;

/// A publication that somebody follows through this node.
///
/// @param partition where its record lies
/// @param offset the record's Kafka offset
/// @param key the key part of its channel
/// @param time the record's, milliseconds since 1970
/// @param trace the trace's id, as an exemplar names it
/// @param span the id of the span that ends when it was given to everybody
public record Followed(
    TailedPartition partition, long offset, String key, long time, String trace, String span) {}
