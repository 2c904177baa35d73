package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.Topic;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// A user's connections on all nodes, as these say, with node and session's id added; the oldest
/// first.
///
/// @param more whether a node has more than it told
/// @param answers who answered
record LiveConnections(List<ObjectNode> all, boolean more, Answers answers) {
  /// Asks all nodes.
  static CompletionStage<LiveConnections> of(ClusterPort cluster, String user) {
    ObjectNode question = JsonNodeFactory.instance.objectNode().put("user", user);
    return cluster.ask(Topic.USER_SESSIONS, question).thenApply(answers -> gathered(user, answers));
  }

  private static LiveConnections gathered(String user, Answers answers) {
    List<ObjectNode> all = new ArrayList<>();
    boolean more = false;
    for (var answer : answers.byNode().entrySet()) {
      more |= answer.getValue().path("more").asBoolean();
      for (JsonNode one : answer.getValue().path("sessions")) {
        all.add(described(user, answer.getKey(), one));
      }
    }
    all.sort(
        Comparator.comparing(LiveConnections::connected)
            .thenComparing(one -> one.path("client").asText()));
    return new LiveConnections(all, more, answers);
  }

  /// Not as text: a whole second is written without its milliseconds.
  private static Instant connected(ObjectNode one) {
    try {
      return Instant.parse(one.path("connected").asText());
    } catch (DateTimeParseException _) {
      return Instant.EPOCH; // another version says it in another way
    }
  }

  private static ObjectNode described(String user, String node, JsonNode said) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String session = said.path("session").asText("");
    if (!session.isEmpty()) {
      json.put("id", new SessionId(user, session).text()).put("session", session);
    }
    return json.put("client", said.path("client").asText())
        .put("node", node)
        .put("connected", said.path("connected").asText())
        .put("channels", said.path("channels").asInt());
  }
}
