package io.sluice.gateway.api;

import io.sluice.broker.Position;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The parameters of the methods that do something to clients, as they were sent, and what they
/// make. What makes nothing is told by an [IllegalArgumentException] with a text for people.
/// Confined to one reading.
final class ToldFields {
  String user = "";
  String client = "";
  String session = "";
  List<String> keep = List.of();
  Optional<Position> since = Optional.empty();
  long code;
  String reason = "";
  boolean expired;
  long expireAt;

  private Whose whose() {
    return new Whose(user, client, session);
  }

  NodeCommand disconnect() {
    return new NodeCommand.Disconnect(
        whose(), keep, Math.clamp(code, Integer.MIN_VALUE, Integer.MAX_VALUE), reason);
  }

  NodeCommand subscribe(String channel) {
    return new NodeCommand.Subscribe(
        whose(), channel, since.map(at -> new NodeCommand.Since(at.epoch(), at.offset())));
  }

  NodeCommand unsubscribe(String channel) {
    return new NodeCommand.Unsubscribe(whose(), channel);
  }

  NodeCommand refresh() {
    if (!expired && expireAt == 0) {
      throw new IllegalArgumentException("'expire_at' or 'expired' is missing");
    }
    // what lies beyond is refused as any time that far off is
    long seconds = Math.clamp(expireAt, -1L, Long.MAX_VALUE / 1000);
    return new NodeCommand.Refresh(
        whose(), expired ? Instant.EPOCH : Instant.ofEpochSecond(seconds));
  }
}
