package io.sluice.broker;

import java.util.Optional;

/// One namespace bound to one Kafka topic: what its records mean. One topic belongs to one
/// namespace.
///
/// @param namespace the namespace's name
/// @param topic the Kafka topic, used as it is
/// @param key how record keys are written
/// @param partitioner what the topic's producers use
/// @param payload what the values are
/// @param keyless the channel's key part for records without a key; none: such records become dead
///   letters
/// @param tombstones what a null value does
/// @param mode what is promised
/// @param lastValue whether the newest value of each channel is kept although the mode does not
///   promise it
/// @param isolation which transactional records are seen
public record TopicBinding(
    String namespace,
    String topic,
    KeyCodec key,
    Partitioner partitioner,
    PayloadKind payload,
    Optional<String> keyless,
    Tombstones tombstones,
    Mode mode,
    boolean lastValue,
    Isolation isolation) {
  /// A binding with every setting at its default.
  public static TopicBinding of(String namespace, String topic) {
    return new TopicBinding(
        namespace,
        topic,
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.JSON,
        Optional.empty(),
        Tombstones.SKIP,
        Mode.LOG,
        false,
        Isolation.READ_COMMITTED);
  }

  /// Whether the newest value of each channel stays in memory when its record has left the window.
  boolean keepsLastValues() {
    return lastValue || mode == Mode.STATE;
  }

  /// The channel of a key part in this namespace.
  ///
  /// @throws IllegalArgumentException when the key cannot be part of a channel's name
  public ChannelName channel(String keyPart) {
    return new ChannelName(namespace, keyPart);
  }
}
