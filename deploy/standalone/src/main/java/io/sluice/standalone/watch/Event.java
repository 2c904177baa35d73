package io.sluice.standalone.watch;

/// What a connection brings.
sealed interface Event {
  /// A whole text message.
  record Frame(String text) implements Event {}

  /// The server said goodbye.
  record Closed(int code, String reason) implements Event {}

  /// It broke.
  record Broken(String reason) implements Event {}
}
