package io.sluice.gateway.config;

import java.util.Locale;

/// How a line of the log looks.
public enum LogFormat {
  /// [#TEXT] where stderr is a terminal, else [#JSON].
  AUTO,
  /// An object a line, for what collects logs.
  JSON,
  /// For people.
  TEXT;

  /// As the configuration writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
