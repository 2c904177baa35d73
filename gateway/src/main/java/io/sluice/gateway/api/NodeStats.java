package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/// A node as `info` describes it.
///
/// @param id the node's id
/// @param version the software's version
/// @param uptime since its start
/// @param clients connections
/// @param users different users among them
/// @param subscriptions of all connections
/// @param channels different channels among those
public record NodeStats(
    String id,
    String version,
    Duration uptime,
    int clients,
    int users,
    int subscriptions,
    int channels) {
  /// As it stands in the answer to `info`, and in what nodes tell each other.
  public ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("uid", id)
        .put("name", id)
        .put("version", version)
        .put("num_clients", clients)
        .put("num_users", users)
        .put("num_subs", subscriptions)
        .put("num_channels", channels)
        .put("uptime", uptime.toSeconds());
  }
}
