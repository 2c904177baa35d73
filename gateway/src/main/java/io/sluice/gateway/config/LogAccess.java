package io.sluice.gateway.config;

import java.util.Locale;

/// Which handshakes, ends of connections and requests to the API are written to the log.
public enum LogAccess {
  /// None.
  OFF,
  /// Those that were refused or went wrong, at most sixty a minute of a kind.
  FAILED,
  /// Each.
  ALL;

  /// As the configuration writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
