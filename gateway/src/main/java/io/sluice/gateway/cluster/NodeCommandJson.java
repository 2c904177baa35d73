package io.sluice.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Commands as nodes tell them to each other: an object with a `type`. Fields that are not known
/// are passed over, so that a newer node may say more. Pure.
public final class NodeCommandJson {
  /// The types there are.
  public static final List<String> TYPES =
      List.of("disconnect", "subscribe", "unsubscribe", "refresh");

  private NodeCommandJson() {}

  /// Writes one.
  public static ObjectNode write(NodeCommand command) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    switch (command) {
      case NodeCommand.Disconnect c -> {
        json.put("type", "disconnect").put("code", c.code()).put("reason", c.reason());
        ArrayNode keep = json.putArray("whitelist");
        c.keep().forEach(keep::add);
      }
      case NodeCommand.Subscribe c -> {
        json.put("type", "subscribe").put("channel", c.channel());
        c.since()
            .ifPresent(
                at -> json.putObject("since").put("epoch", at.epoch()).put("offset", at.offset()));
      }
      case NodeCommand.Unsubscribe c -> json.put("type", "unsubscribe").put("channel", c.channel());
      case NodeCommand.Refresh c ->
          json.put("type", "refresh").put("expire_at", c.end().toEpochMilli());
    }
    return json.put("user", command.whose().user())
        .put("client", command.whose().client())
        .put("session", command.whose().session());
  }

  /// Reads one.
  ///
  /// @throws IllegalArgumentException telling what is wrong with it
  public static NodeCommand read(JsonNode json) {
    Whose whose = new Whose(text(json, "user"), text(json, "client"), text(json, "session"));
    String type = text(json, "type");
    return switch (type) {
      case "disconnect" ->
          new NodeCommand.Disconnect(
              whose,
              texts(json.path("whitelist")),
              Math.clamp(whole(json, "code"), -1, Integer.MAX_VALUE),
              text(json, "reason"));
      case "subscribe" ->
          new NodeCommand.Subscribe(whose, text(json, "channel"), since(json.path("since")));
      case "unsubscribe" -> new NodeCommand.Unsubscribe(whose, text(json, "channel"));
      case "refresh" ->
          new NodeCommand.Refresh(whose, Instant.ofEpochMilli(whole(json, "expire_at")));
      default -> throw new IllegalArgumentException("'%.32s' is no command".formatted(type));
    };
  }

  /// What is not there is empty. What is no text is refused: an empty client stands for any.
  private static String text(JsonNode json, String field) {
    JsonNode text = json.path(field);
    return text.isMissingNode() ? "" : text(text);
  }

  private static String text(JsonNode text) {
    if (!text.isTextual()) {
      throw new IllegalArgumentException("'%.32s' is no text".formatted(text));
    }
    return text.textValue();
  }

  /// What is not there is 0.
  private static long whole(JsonNode json, String field) {
    JsonNode number = json.path(field);
    if (!number.isMissingNode() && !(number.isIntegralNumber() && number.canConvertToLong())) {
      throw new IllegalArgumentException("'%s' is no whole number".formatted(field));
    }
    return number.asLong();
  }

  private static List<String> texts(JsonNode array) {
    if (!array.isMissingNode() && !array.isArray()) {
      throw new IllegalArgumentException("'%.32s' is no list".formatted(array));
    }
    List<String> all = new ArrayList<>();
    array.forEach(each -> all.add(text(each)));
    return all;
  }

  private static Optional<NodeCommand.Since> since(JsonNode json) {
    if (json.isMissingNode()) {
      return Optional.empty();
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("'%.32s' is no position".formatted(json));
    }
    return Optional.of(new NodeCommand.Since(text(json, "epoch"), whole(json, "offset")));
  }
}
