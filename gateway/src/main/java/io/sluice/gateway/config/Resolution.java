package io.sluice.gateway.config;

import io.sluice.broker.ChannelName;

/// What a channel's name turned out to be.
public sealed interface Resolution {
  /// A channel that can exist.
  ///
  /// @param channel its parts
  /// @param policy its namespace's settings
  record Found(ChannelName channel, NamespaceConfig policy) implements Resolution {}

  /// Well formed, but in no namespace of this node: error 102.
  ///
  /// @param namespace the one that is not configured
  record Unknown(String namespace) implements Resolution {}

  /// Not the name of a channel: error 107.
  ///
  /// @param reason for people; names the value and the limit
  record Invalid(String reason) implements Resolution {}
}
