package io.sluice.broker;

/// What the ledger says of one partition's log.
///
/// @param next up to where it was certainly read
/// @param leadership Kafka's leader epoch of the record before that, or a later one under which the
///   log up to there was found whole
/// @param lineage its truncations
record LogEntry(long next, int leadership, Lineage lineage) {}
