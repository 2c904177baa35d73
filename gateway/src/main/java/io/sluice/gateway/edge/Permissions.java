package io.sluice.gateway.edge;

import io.sluice.gateway.config.Access;

/// Who may do what. Pure.
final class Permissions {
  private Permissions() {}

  /// Whether access is given.
  ///
  /// @param subscribed whether the connection is subscribed to the very channel
  static boolean may(Access access, boolean authenticated, boolean subscribed) {
    return switch (access) {
      case NOBODY -> false;
      case SUBSCRIBERS -> subscribed;
      case AUTHENTICATED -> authenticated;
      case ANYONE -> true;
    };
  }
}
