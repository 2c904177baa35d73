package io.sluice.gateway.protocol;

import java.util.Locale;

/// Somebody came to a channel, or went.
///
/// @param channel the full name
public record JoinLeave(Kind kind, String channel, ClientInfo who) {
  /// Which of the two.
  public enum Kind {
    JOIN(5),
    LEAVE(6);

    private final int field;

    Kind(int field) {
      this.field = field;
    }

    /// The push's field in JSON.
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The push's field in Protocol Buffers.
    int field() {
      return field;
    }
  }
}
