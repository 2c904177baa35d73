package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.broker.Position;
import java.net.URI;

/// What a [ProtocolClient] is told by its server, in order, on one thread. What these methods throw
/// ends the client.
public interface ClientEvents {
  /// Why a connection has ended that [ProtocolClient#cut] has cut.
  String CUT = "cut";

  /// The server has accepted the connection.
  default void connected(URI node) {}

  /// The server has accepted the connection and said what became of the session that was asked for.
  ///
  /// @param outcome `resumed` or `new`
  default void session(String outcome) {}

  /// The server has answered a subscribe. What it recovered comes next.
  ///
  /// @param position that it was answered; where something is recovered, the one it asked for
  default void subscribed(String channel, Recovery recovery, Position position) {}

  /// Connected, and every subscribe has been answered.
  default void live(URI node) {}

  /// A publication.
  ///
  /// @param position the position after it
  void received(String channel, Position position, JsonNode data);

  /// No connection came about; the client tries the next node.
  default void unreachable(URI node, String reason) {}

  /// The connection is gone; the client comes back by itself.
  default void disconnected(URI node, String reason) {}

  /// Whether a close code says that the client is not to come back.
  static boolean isForGood(int code) {
    return code == 1009 || (3500 <= code && code < 4000) || (4500 <= code && code < 5000);
  }

  /// What became of the position that a subscribe presented.
  enum Recovery {
    /// It presented none.
    FRESH,
    /// Nothing is missing.
    RECOVERED,
    /// Publications may be missing.
    LOST
  }
}
