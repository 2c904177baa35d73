package io.sluice.broker;

/// What a client subscribes to: `namespace:key`, or a bare name, which is in the namespace
/// `default` and never holds a `:`.
///
/// @param namespace the namespace's name, never empty
/// @param key the key part, the same text as the Kafka record's key; never empty
public record ChannelName(String namespace, String key) {
  /// The namespace of bare names.
  public static final String DEFAULT = "default";

  public ChannelName {
    if (namespace.isEmpty() || key.isEmpty()) {
      throw new IllegalArgumentException(
          "a channel needs a namespace and a key: '" + namespace + "', '" + key + "'");
    }
    if (namespace.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a namespace's name has no ':': '" + namespace + "'");
    }
    if (namespace.equals(DEFAULT) && key.indexOf(':') >= 0) {
      throw new IllegalArgumentException("a name in 'default' has no ':': '" + key + "'");
    }
  }

  /// Splits a full name at its first `:`.
  ///
  /// @throws IllegalArgumentException naming the fault: empty, an empty part, or the prefix
  ///   `default:`, which is not accepted because a channel has one name only
  public static ChannelName parse(String name) {
    int colon = name.indexOf(':');
    if (colon < 0) {
      return new ChannelName(DEFAULT, name);
    }
    String namespace = name.substring(0, colon);
    if (namespace.equals(DEFAULT)) {
      throw new IllegalArgumentException(
          "'default:' is not accepted as a prefix, use the bare name: '" + name + "'");
    }
    return new ChannelName(namespace, name.substring(colon + 1));
  }

  /// The full name, as clients use it.
  @Override
  public String toString() {
    return namespace.equals(DEFAULT) ? key : namespace + ":" + key;
  }
}
