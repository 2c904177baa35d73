package io.sluice.gateway.config;

/// Who may do a thing to the channels of a namespace.
public enum Access {
  /// No client, whatever its token says.
  NOBODY,
  /// Connections that are subscribed to the very channel.
  SUBSCRIBERS,
  /// Connections with a valid token that names a user.
  AUTHENTICATED,
  /// Every connection.
  ANYONE
}
