package io.sluice.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Session events as CloudEvents 1.0 in their structured form: the record's value is all of it, in
/// JSON. `source` and `id` together name an event; one that is written twice has the same. Pure.
final class SessionEventJson {
  /// The header `content-type` of the records.
  static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

  private static final int VERSION = 1;
  private static final String PREFIX = "io.sluice.session.";
  private static final String NODE_LOST = "io.sluice.node-lost";
  private static final JsonMapper JSON = new JsonMapper();

  /// What [#name] may be.
  static final List<String> NAMES =
      List.of("connected", "resumed", "taken-over", "disconnected", "node-lost");

  private SessionEventJson() {}

  /// The last part of an event's type, also its metric's label.
  static String name(SessionEvent event) {
    return switch (event) {
      case SessionEvent.Connected _ -> "connected";
      case SessionEvent.Resumed _ -> "resumed";
      case SessionEvent.TakenOver _ -> "taken-over";
      case SessionEvent.Disconnected _ -> "disconnected";
      case SessionEvent.NodeLost _ -> "node-lost";
    };
  }

  static byte[] write(SessionEvent event) {
    try {
      return JSON.writeValueAsBytes(
          switch (event) {
            case SessionEvent.Connected(SessionEvent.Who who, Instant time) ->
                ofConnection(event, who, time, null);
            case SessionEvent.Resumed(SessionEvent.Who who, Instant time) ->
                ofConnection(event, who, time, null);
            case SessionEvent.TakenOver(
                    SessionEvent.Who who,
                    Instant time,
                    SessionEvent.Life life) ->
                ofConnection(event, who, time, life);
            case SessionEvent.Disconnected(
                    SessionEvent.Who who,
                    Instant time,
                    SessionEvent.Life life) ->
                ofConnection(event, who, time, life);
            case SessionEvent.NodeLost(NodeInfo node, Instant time) -> ofNode(node, time);
          });
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  private static ObjectNode ofConnection(
      SessionEvent event, SessionEvent.Who who, Instant time, SessionEvent.@Nullable Life life) {
    String name = name(event);
    ObjectNode json =
        envelope(PREFIX + name, who.client() + "-" + name, who.node(), who.user(), time);
    ObjectNode data =
        json.putObject("data")
            .put("v", VERSION)
            .put("user", who.user())
            .put("client", who.client())
            .put("node", who.node());
    who.hold()
        .ifPresent(
            hold -> data.put("session", hold.session()).put("generation", hold.generation()));
    if (life != null) {
      data.put("code", life.code())
          .put("reason", life.reason())
          .put("connected", life.connected().toString())
          .put("duration_ms", life.until(time).toMillis())
          .put("commands", life.commands())
          .put("publications", life.publications());
    }
    return json;
  }

  /// Whoever says so says the same.
  private static ObjectNode ofNode(NodeInfo node, Instant time) {
    ObjectNode json =
        envelope(NODE_LOST, "lost-" + node.started().toEpochMilli(), node.id(), node.id(), time);
    json.putObject("data")
        .put("v", VERSION)
        .put("node", node.id())
        .put("started", node.started().toString());
    return json;
  }

  /// @param key the record's, and what the event is about
  private static ObjectNode envelope(
      String type, String id, String node, String key, Instant time) {
    return JSON.createObjectNode()
        .put("specversion", "1.0")
        .put("id", id)
        .put("source", "/sluice/nodes/" + node)
        .put("type", type)
        .put("subject", key)
        .put("time", time.toString())
        .put("partitionkey", key)
        .put("datacontenttype", "application/json");
  }

  /// Reads an event; of a lost node its id and when it started. Nothing when it is none that this
  /// version knows.
  static Optional<SessionEvent> read(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(value);
      String type = json.path("type").asText();
      if (type.equals(NODE_LOST)) {
        return Optional.of(lost(json));
      }
      return type.startsWith(PREFIX)
          ? read(type.substring(PREFIX.length()), json)
          : Optional.empty();
    } catch (IOException | DateTimeException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static SessionEvent lost(JsonNode json) {
    String node = json.path("data").path("node").asText();
    Instant started = Instant.parse(json.path("data").path("started").asText());
    return new SessionEvent.NodeLost(
        new NodeInfo(node, started, "", "", ""), Instant.parse(json.path("time").asText()));
  }

  private static Optional<SessionEvent> read(String name, JsonNode json) {
    JsonNode data = json.path("data");
    Instant time = Instant.parse(json.path("time").asText());
    SessionEvent.Who who =
        new SessionEvent.Who(
            data.path("user").asText(),
            data.path("client").asText(),
            data.path("node").asText(),
            data.has("session")
                ? Optional.of(
                    new SessionEvent.Hold(
                        data.path("session").asText(), data.path("generation").asLong()))
                : Optional.empty());
    return switch (name) {
      case "connected" -> Optional.of(new SessionEvent.Connected(who, time));
      case "resumed" -> Optional.of(new SessionEvent.Resumed(who, time));
      case "taken-over" -> Optional.of(new SessionEvent.TakenOver(who, time, life(data)));
      case "disconnected" -> Optional.of(new SessionEvent.Disconnected(who, time, life(data)));
      default -> Optional.empty();
    };
  }

  private static SessionEvent.Life life(JsonNode data) {
    return new SessionEvent.Life(
        data.path("code").asInt(),
        data.path("reason").asText(),
        Instant.parse(data.path("connected").asText()),
        data.path("commands").asLong(),
        data.path("publications").asLong());
  }
}
