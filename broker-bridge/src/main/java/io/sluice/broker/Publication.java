package io.sluice.broker;

import java.util.Optional;

/// A record as a subscriber sees it. Immutable by convention: nobody writes to `data`.
///
/// @param key the key part of its channel
/// @param offset its position's offset: the Kafka offset after the record
/// @param time the record's timestamp, milliseconds since 1970
/// @param kind what the data is
/// @param data the record's value; empty for a tombstone
/// @param headers what was kept of the record's headers
public record Publication(
    String key,
    long offset,
    long time,
    PayloadKind kind,
    Optional<byte[]> data,
    KeptHeaders headers) {
  /// The same with one tag more.
  public Publication withTag(String tag, String value) {
    return new Publication(key, offset, time, kind, data, headers.withTag(tag, value));
  }
}
