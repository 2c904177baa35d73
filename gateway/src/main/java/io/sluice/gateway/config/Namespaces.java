package io.sluice.gateway.config;

import io.sluice.broker.ChannelName;
import java.util.List;
import java.util.Map;

/// From a channel's name to its namespace. For any thread. Policies may change, see [LiveConfig];
/// who was given one keeps it.
public final class Namespaces {
  private final int maxChannelLength;
  private volatile Policies policies;

  /// @param personal the names of those with channels of users' own
  private record Policies(Map<String, NamespaceConfig> byName, List<String> personal) {
    static Policies of(Map<String, NamespaceConfig> byName) {
      return new Policies(
          Map.copyOf(byName),
          byName.entrySet().stream()
              .filter(e -> e.getValue().personal())
              .map(Map.Entry::getKey)
              .sorted()
              .toList());
    }
  }

  /// @param byName the configured namespaces
  /// @param maxChannelLength characters (UTF-16 units) of a full name
  public Namespaces(Map<String, NamespaceConfig> byName, int maxChannelLength) {
    this.maxChannelLength = maxChannelLength;
    this.policies = Policies.of(byName);
  }

  /// The same namespaces with other policies.
  void take(Map<String, NamespaceConfig> byName) {
    policies = Policies.of(byName);
  }

  /// Finds the namespace of a name as clients write it. The length is looked at first, so that a
  /// hostile name costs nothing.
  public Resolution resolve(String channelName) {
    if (channelName.length() > maxChannelLength) {
      return tooLong(channelName.length());
    }
    ChannelName channel;
    try {
      channel = ChannelName.parse(channelName);
    } catch (IllegalArgumentException e) {
      return new Resolution.Invalid(String.valueOf(e.getMessage()));
    }
    return resolve(channel);
  }

  /// The channels that are a user's own, by the namespaces' policy; one for whose namespace the
  /// user's id is no key is invalid.
  ///
  /// @param user not empty
  public List<Resolution> personal(String user) {
    return policies.personal().stream().map(namespace -> resolveKey(namespace, user)).toList();
  }

  /// The same for a key part known apart from its namespace.
  Resolution resolveKey(String namespace, String key) {
    try {
      ChannelName channel = new ChannelName(namespace, key);
      int length = channel.toString().length();
      return length > maxChannelLength ? tooLong(length) : resolve(channel);
    } catch (IllegalArgumentException e) {
      return new Resolution.Invalid(String.valueOf(e.getMessage()));
    }
  }

  private Resolution resolve(ChannelName channel) {
    NamespaceConfig policy = policies.byName().get(channel.namespace());
    if (policy == null) {
      return new Resolution.Unknown(channel.namespace());
    }
    if (policy.key().encode(channel.key()).isEmpty()) {
      return new Resolution.Invalid(
          "'%s' is no key of the kind %s".formatted(channel.key(), policy.key()));
    }
    return new Resolution.Found(channel, policy);
  }

  private Resolution tooLong(int length) {
    return new Resolution.Invalid(
        "a channel's name of %d characters is longer than %d".formatted(length, maxChannelLength));
  }
}
