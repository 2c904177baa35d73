package io.sluice.broker;

import java.util.Arrays;
import java.util.Optional;

/// Why a record could not be delivered; also the metric label and the word in the dead letter.
public enum DeadLetterReason {
  /// A record without a key in a namespace that names no channel for such records.
  NO_KEY("no-key"),
  /// A key that is no channel's: not of the namespace's kind, empty, too long, or with a `:` in the
  /// namespace `default`.
  BAD_KEY("bad-key"),
  /// A record outside its key's partition: its producer uses another partitioner than the namespace
  /// states.
  MISPLACED("misplaced"),
  /// A value that is not of the namespace's payload kind.
  BAD_PAYLOAD("bad-payload");

  private final String wireName;

  DeadLetterReason(String wireName) {
    this.wireName = wireName;
  }

  /// The name in dead letters and metrics.
  public String wireName() {
    return wireName;
  }

  /// The reason of a name; none for one that this version does not know.
  public static Optional<DeadLetterReason> named(String wireName) {
    return Arrays.stream(values()).filter(it -> it.wireName.equals(wireName)).findAny();
  }

  /// What an operator can do about it, in the words of the configuration.
  String fix(TopicBinding binding) {
    String namespace = "namespaces." + binding.namespace();
    return switch (this) {
      case NO_KEY ->
          "produce with a key, or name a channel for such records: " + namespace + ".keyless";
      case BAD_KEY ->
          "produce keys that are "
              + binding.key().configName()
              + " and no longer than edge.max-channel-length, or change "
              + namespace
              + ".key";
      case MISPLACED ->
          "make the producers use the partitioner "
              + binding.partitioner().configName()
              + ", or change "
              + namespace
              + ".partitioner to the one they use";
      case BAD_PAYLOAD ->
          "produce values that are "
              + binding.payload().configName()
              + ", or change "
              + namespace
              + ".payload";
    };
  }
}
