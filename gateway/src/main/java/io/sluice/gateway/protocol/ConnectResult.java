package io.sluice.gateway.protocol;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The answer to a connect.
///
/// @param client this connection's id
/// @param version the server's version
/// @param ping how often the server pings; always announced, SDKs drop a connection silent for
///   longer
/// @param pong whether the client answers pings
/// @param ttl until the token expires; none: never
/// @param data raw JSON for the application
/// @param subs the server-side subscriptions
/// @param session what names this connection in `POST /emulation`; only where its client cannot
///   send otherwise
/// @param node the node's id
public record ConnectResult(
    String client,
    String version,
    Duration ping,
    boolean pong,
    Optional<Duration> ttl,
    Optional<byte[]> data,
    Map<String, SubscribeResult> subs,
    Optional<String> session,
    String node) {
  public ConnectResult {
    subs = Map.copyOf(subs);
  }
}
