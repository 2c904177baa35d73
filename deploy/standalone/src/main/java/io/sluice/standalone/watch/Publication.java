package io.sluice.standalone.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/// A publication as it came.
///
/// @param channel its channel
/// @param offset the position after it; 0 when the channel has no positions
/// @param data any JSON
/// @param tags a JSON object, or missing
record Publication(String channel, long offset, JsonNode data, JsonNode tags) {
  static Publication of(String channel, JsonNode pub) {
    JsonNode data = pub.path("data");
    return new Publication(
        channel,
        pub.path("offset").asLong(),
        data.isMissingNode() ? JsonNodeFactory.instance.nullNode() : data,
        pub.path("tags"));
  }

  /// One line of JSON.
  String toJson() {
    var json = JsonNodeFactory.instance.objectNode().put("channel", channel);
    if (offset > 0) {
      json.put("offset", offset);
    }
    json.set("data", data);
    if (!tags.isEmpty()) {
      json.set("tags", tags);
    }
    return json.toString();
  }
}
