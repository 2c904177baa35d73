package io.sluice.broker;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// From a record to its channel, for one namespace. Pure; any thread may call it.
final class RecordRouter {
  private static final Route NO_KEY =
      new Route.Dead(DeadLetterReason.NO_KEY, "the record has no key");

  private final TopicBinding binding;
  private final int maxKeyLength;
  private final Optional<Route> keyless;

  /// @param maxChannelLength the longest full channel name, in UTF-16 code units
  /// @throws IllegalArgumentException when the binding's `keyless` is no channel's key part
  RecordRouter(TopicBinding binding, int maxChannelLength) {
    this.binding = binding;
    this.maxKeyLength = maxChannelLength - prefixLength(binding.namespace());
    this.keyless = binding.keyless().map(this::keylessRoute);
  }

  /// @param partitionCount the topic's present number of partitions
  Route route(ConsumerRecord<byte[], byte[]> record, int partitionCount) {
    byte[] bytes = record.key();
    if (bytes == null) {
      return keyless.orElse(NO_KEY);
    }
    Optional<String> decoded = binding.key().decode(bytes);
    if (decoded.isEmpty()) {
      return badKey("a key of " + bytes.length + " bytes is no " + kind());
    }
    String key = decoded.get();
    Optional<String> fault = fault(key);
    if (fault.isPresent()) {
      return badKey(fault.get());
    }
    int due = binding.partitioner().partition(bytes, partitionCount);
    if (due != record.partition()) {
      return misplaced(record.partition(), due, partitionCount);
    }
    return record.value() == null ? new Route.Tombstone(key) : new Route.Deliver(key);
  }

  private static int prefixLength(String namespace) {
    return namespace.equals(ChannelName.DEFAULT) ? 0 : namespace.length() + 1;
  }

  private Route keylessRoute(String key) {
    fault(key)
        .ifPresent(reason -> {
          throw new IllegalArgumentException(
              "namespaces.%s.keyless: '%s': %s".formatted(binding.namespace(), key, reason));
        });
    if (binding.key().encode(key).isEmpty()) {
      throw new IllegalArgumentException(
          "namespaces.%s.keyless: '%s' is no %s".formatted(binding.namespace(), key, kind()));
    }
    return new Route.Keyless(key);
  }

  private Optional<String> fault(String key) {
    if (key.isEmpty()) {
      return Optional.of("an empty key");
    }
    if (key.length() > maxKeyLength) {
      return Optional.of(
          "a key of %d characters, at most %d".formatted(key.length(), maxKeyLength));
    }
    if (binding.namespace().equals(ChannelName.DEFAULT) && key.indexOf(':') >= 0) {
      return Optional.of("a ':' in a key of the namespace default");
    }
    return Optional.empty();
  }

  private static Route badKey(String detail) {
    return new Route.Dead(DeadLetterReason.BAD_KEY, detail);
  }

  private Route misplaced(int is, int due, int count) {
    return new Route.Dead(
        DeadLetterReason.MISPLACED,
        "in partition %d, but %s over %d partitions puts its key into %d"
            .formatted(is, binding.partitioner().configName(), count, due));
  }

  private String kind() {
    return binding.key().configName() + " key";
  }
}
