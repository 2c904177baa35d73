package io.sluice.session;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The connection that opens a session.
///
/// @param node the gateway node that has the connection
/// @param client the connection's id on that node
/// @param connected when it connected, by the node's clock, to the millisecond
public record SessionInfo(String node, String client, Instant connected) {
  public SessionInfo {
    if (node.isEmpty() || client.isEmpty()) {
      throw new IllegalArgumentException(
          "node and client have names: '" + node + "', '" + client + "'");
    }
    connected = connected.truncatedTo(ChronoUnit.MILLIS);
  }

  /// The connection's place among the nodes.
  public Holder holder() {
    return new Holder(node, client);
  }
}
