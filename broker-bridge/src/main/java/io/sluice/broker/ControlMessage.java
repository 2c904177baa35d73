package io.sluice.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One record of the control topic. The key is the sending node's id. Nodes of a rolling update
/// differ in version, so unknown fields and unknown types are passed over.
sealed interface ControlMessage {
  /// A node says that it lives.
  record Heartbeat(NodeInfo node) implements ControlMessage {}

  /// A node says that it leaves: a record without a value.
  record Left(String id) implements ControlMessage {}

  /// A message of a kind this version does not know.
  record Unknown(String type) implements ControlMessage {}

  /// No message at all.
  record Unreadable(String why) implements ControlMessage {}

  /// The version written. A reader understands the one before, and takes the fields it knows from
  /// later ones.
  int VERSION = 1;

  /// The longest message read.
  int MAX_BYTES = 64 << 10;

  /// The longest id or address taken from a message.
  int MAX_TEXT = 512;

  /// The value of a node's heartbeat.
  static byte[] heartbeat(NodeInfo node) {
    try {
      return Json.MAPPER.writeValueAsBytes(
          Json.MAPPER
              .createObjectNode()
              .put("v", VERSION)
              .put("type", "heartbeat")
              .put("id", node.id())
              .put("started", node.started().toString())
              .put("edge", node.edge())
              .put("api", node.api())
              .put("version", node.version()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  /// Reads a record; never throws.
  static ControlMessage read(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<String> id = key == null ? Optional.empty() : Utf8.decode(key);
    if (id.isEmpty() || id.get().isEmpty() || id.get().length() > MAX_TEXT) {
      return new Unreadable("no node id of 1 to " + MAX_TEXT + " characters as key");
    }
    if (value == null) {
      return new Left(id.get());
    }
    if (value.length > MAX_BYTES) {
      return new Unreadable("%d bytes, at most %d".formatted(value.length, MAX_BYTES));
    }
    try {
      return read(id.get(), Json.MAPPER.readTree(value));
    } catch (IOException _) {
      return new Unreadable("no JSON");
    }
  }

  private static ControlMessage read(String id, JsonNode json) {
    String type = json.path("type").asText("heartbeat");
    if (!type.equals("heartbeat")) {
      return new Unknown(type);
    }
    try {
      return new Heartbeat(
          new NodeInfo(
              id,
              Instant.parse(json.path("started").asText()),
              text(json, "edge"),
              text(json, "api"),
              text(json, "version")));
    } catch (DateTimeException _) {
      return new Unreadable("no start time");
    }
  }

  private static String text(JsonNode json, String field) {
    String text = json.path(field).asText("");
    return text.length() > MAX_TEXT ? "" : text;
  }

  /// Keeps the mapper out of the interface's own constants.
  final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}
  }
}
