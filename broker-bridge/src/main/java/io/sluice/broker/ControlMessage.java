package io.sluice.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// One record of the control topic. The key is the sending node's id. Nodes of a rolling update
/// differ in version, so unknown fields and unknown types are passed over.
sealed interface ControlMessage {
  /// A node says that it lives, and how it does.
  record Heartbeat(NodeInfo node, NodeLoad load) implements ControlMessage {}

  /// Something that every node is to hear.
  ///
  /// @param id different for each
  /// @param body means nothing to the bridge
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Command(Uuid id, byte[] body) implements ControlMessage {}

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

  /// The longest body of a command: in Base64, with what is around it, it makes the longest
  /// message.
  int MAX_BODY = (MAX_BYTES - 1_024) / 4 * 3;

  /// The longest id or address taken from a message.
  int MAX_TEXT = 512;

  /// The value of a node's heartbeat.
  static byte[] heartbeat(NodeInfo node, NodeLoad load) {
    ObjectNode json =
        message("heartbeat")
            .put("id", node.id())
            .put("started", node.started().toString())
            .put("edge", node.edge())
            .put("api", node.api())
            .put("version", node.version())
            .put("draining", load.draining());
    json.putObject("load")
        .put("connections", load.connections())
        .put("subscriptions", load.subscriptions())
        .put("channels", load.channels());
    return bytes(json);
  }

  /// The value of a command.
  ///
  /// @param body at most [#MAX_BODY] bytes
  static byte[] command(Uuid id, byte[] body) {
    return bytes(message("command").put("id", id.toString()).put("body", body));
  }

  private static ObjectNode message(String type) {
    return Json.MAPPER.createObjectNode().put("v", VERSION).put("type", type);
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return Json.MAPPER.writeValueAsBytes(json);
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
    return switch (type) {
      case "heartbeat" -> readHeartbeat(id, json);
      case "command" -> readCommand(json);
      default -> new Unknown(type);
    };
  }

  private static ControlMessage readHeartbeat(String id, JsonNode json) {
    try {
      JsonNode load = json.path("load");
      return new Heartbeat(
          new NodeInfo(
              id,
              Instant.parse(json.path("started").asText()),
              text(json, "edge"),
              text(json, "api"),
              text(json, "version")),
          new NodeLoad(
              json.path("draining").asBoolean(),
              count(load, "connections"),
              count(load, "subscriptions"),
              count(load, "channels")));
    } catch (DateTimeException _) {
      return new Unreadable("no start time");
    }
  }

  private static ControlMessage readCommand(JsonNode json) {
    try {
      byte[] body = json.path("body").binaryValue();
      return body == null
          ? new Unreadable("a command without a body")
          : new Command(Uuid.fromString(json.path("id").asText()), body);
    } catch (IOException | IllegalArgumentException e) {
      return new Unreadable("a command that is none: " + e.getMessage());
    }
  }

  private static int count(JsonNode json, String field) {
    return Math.max(0, json.path(field).asInt());
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
