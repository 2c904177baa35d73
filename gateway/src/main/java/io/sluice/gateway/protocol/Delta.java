package io.sluice.gateway.protocol;

import java.util.Optional;

/// Whether a subscriber is sent patches against what it was sent before.
public enum Delta {
  NONE,
  /// Patches in Fossil's format.
  FOSSIL;

  /// What a client asks for.
  ///
  /// @return empty: it is not known here
  public static Optional<Delta> of(String text) {
    return switch (text) {
      case "" -> Optional.of(NONE);
      case "fossil" -> Optional.of(FOSSIL);
      default -> Optional.empty();
    };
  }
}
