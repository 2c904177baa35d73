package io.sluice.gateway.api;

/// What the console's page needs to connect.
///
/// @param edge URL of the WebSocket endpoint, such as `ws://127.0.0.1:8000/connection/websocket`
/// @param token a token for it
/// @param user whose token that is
public record ConsoleSession(String edge, String token, String user) {
  /// Without the token.
  @Override
  public String toString() {
    return "ConsoleSession[" + edge + ", " + user + "]";
  }
}
