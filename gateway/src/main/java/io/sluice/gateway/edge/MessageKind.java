package io.sluice.gateway.edge;

/// What the first frame of a message says of all of it.
enum MessageKind {
  TEXT,
  BINARY,
  /// With the first reserved bit, RFC 7692 §6.
  DEFLATED_TEXT,
  DEFLATED_BINARY;

  boolean text() {
    return this == TEXT || this == DEFLATED_TEXT;
  }

  boolean deflated() {
    return this == DEFLATED_TEXT || this == DEFLATED_BINARY;
  }

  /// Whether its bytes are the text itself.
  boolean checkedAsItComes() {
    return this == TEXT;
  }
}
