package io.sluice.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.protocol.ClientInfo;
import java.util.Optional;

/// What a node tells all others of one of its members.
///
/// @param channel the full name
/// @param who as it is shown
/// @param session names the user's session; "" = it has none
/// @param generation which of the session's connections it is
record Move(Kind kind, String channel, ClientInfo who, String session, long generation) {
  /// What happened.
  enum Kind {
    /// It has come.
    JOIN("j"),
    /// It has gone.
    LEAVE("l"),
    /// Its connection has ended, and its session may go on with another: nobody is told yet.
    AWAY("a");

    private final String code;

    Kind(String code) {
      this.code = code;
    }
  }

  /// As it stands in a message; what is empty is left out.
  ObjectNode json() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("k", kind.code)
            .put("c", channel)
            .put("i", who.client());
    if (!who.user().isEmpty()) {
      json.put("u", who.user());
    }
    if (!who.info().isEmpty()) {
      json.put("d", who.info());
    }
    if (!session.isEmpty()) {
      json.put("s", session).put("g", generation);
    }
    return json;
  }

  /// Reads one.
  ///
  /// @return nothing for a kind that this version does not know
  static Optional<Move> of(JsonNode json) {
    String code = json.path("k").asText();
    for (Kind kind : Kind.values()) {
      if (kind.code.equals(code)) {
        ClientInfo who =
            new ClientInfo(
                json.path("u").asText(), json.path("i").asText(), json.path("d").asText());
        return Optional.of(
            new Move(
                kind,
                json.path("c").asText(),
                who,
                json.path("s").asText(),
                json.path("g").asLong()));
      }
    }
    return Optional.empty();
  }
}
