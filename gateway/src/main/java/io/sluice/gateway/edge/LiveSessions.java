package io.sluice.gateway.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What this node says of a user's connections: of each its id, the session it holds if it holds
/// one, when it connected, and how many channels it has. For any thread; the loops answer, nothing
/// waits.
public final class LiveSessions {
  /// The most connections that are told of. A user has 1,000 at most, unless
  /// `edge.max-connections-per-user` says more.
  static final int MOST = 10_000;

  private final Users users;

  /// @param context whose users these are
  public LiveSessions(EdgeContext context) {
    this.users = context.users();
  }

  /// The answer to `{"user":"ann"}`: `{"sessions":[…]}`, and `"more":true` when that is not all.
  public CompletionStage<JsonNode> answer(JsonNode question) {
    List<Connection> all = users.of(question.path("user").asText(""));
    List<CompletableFuture<Optional<ObjectNode>>> parts = new ArrayList<>();
    for (Connection connection : all.subList(0, Math.min(MOST, all.size()))) {
      parts.add(
          CompletableFuture.supplyAsync(
              () -> describe(connection), connection.channel().eventLoop()));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApplyAsync(
            _ -> {
              ObjectNode answer = JsonNodeFactory.instance.objectNode();
              ArrayNode sessions = answer.putArray("sessions");
              parts.forEach(part -> part.join().ifPresent(sessions::add));
              return all.size() > MOST ? answer.put("more", true) : answer;
            },
            Thread::startVirtualThread);
  }

  /// On its loop.
  private static Optional<ObjectNode> describe(Connection connection) {
    if (connection.ended()) {
      return Optional.empty();
    }
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("client", connection.id())
            .put("connected", connection.openedAt().toString())
            .put("channels", connection.subscriptions().size());
    connection.sessionName().ifPresent(name -> json.put("session", name));
    return Optional.of(json);
  }
}
