package io.sluice.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.protocol.ClientInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// What one node answers another that asks for its members, written and read. Fields that are not
/// known are passed over. Pure.
final class NodeAnswers {
  private NodeAnswers() {}

  /// Asks for members.
  ///
  /// @param from the node that asks
  /// @param after the id they come after; "" = from the first
  static ObjectNode pageQuestion(String from, String channel, String after, int limit) {
    return countsQuestion(from, channel).put("after", after).put("limit", limit);
  }

  /// Asks how many there are.
  ///
  /// @param from the node that asks
  static ObjectNode countsQuestion(String from, String channel) {
    return object().put("from", from).put("channel", channel);
  }

  /// Whether a node asks itself, among all others.
  static boolean isFrom(String node, JsonNode question) {
    return question.path("from").asText().equals(node);
  }

  /// What it says to itself.
  static JsonNode nothing() {
    return object();
  }

  /// Answers [#pageQuestion].
  static JsonNode page(MemberTable table, JsonNode question) {
    int limit = Math.clamp(question.path("limit").asInt(), 0, Presence.MOST_A_PAGE);
    List<Seen> found =
        table.page(question.path("channel").asText(), question.path("after").asText(), limit + 1);
    ObjectNode answer = object().put("more", found.size() > limit);
    ArrayNode members = answer.putArray("members");
    for (Seen each : found.subList(0, Math.min(limit, found.size()))) {
      ObjectNode member =
          members
              .addObject()
              .put("client", each.who().client())
              .put("user", each.who().user())
              .put("info", each.who().info());
      if (!each.session().isEmpty()) {
        member.put("session", each.session()).put("generation", each.generation());
      }
    }
    return answer;
  }

  /// Reads what [#page] wrote.
  static List<Seen> members(JsonNode answer) {
    List<Seen> found = new ArrayList<>();
    for (JsonNode each : answer.path("members")) {
      ClientInfo who =
          new ClientInfo(
              each.path("user").asText(), each.path("client").asText(), each.path("info").asText());
      found.add(new Seen(who, each.path("session").asText(), each.path("generation").asLong()));
    }
    return found;
  }

  /// Answers [#countsQuestion]. Users are told by their hashes, 8 bytes each.
  static JsonNode counts(MemberTable table, JsonNode question) {
    String channel = question.path("channel").asText();
    ObjectNode answer = object().put("clients", table.clients(channel));
    UserSample users = table.users(channel);
    ByteBuffer hashes = ByteBuffer.allocate(users.smallest().length * Long.BYTES);
    hashes.asLongBuffer().put(users.smallest());
    return answer
        .put("users", users.distinct())
        .put("hashes", Base64.getEncoder().encodeToString(hashes.array()));
  }

  /// Reads what [#counts] wrote.
  static UserSample users(JsonNode answer) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(answer.path("hashes").asText());
    } catch (IllegalArgumentException _) {
      bytes = new byte[0]; // only a later version could write it so
    }
    long[] smallest = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).asLongBuffer().get(smallest);
    return new UserSample(answer.path("users").asInt(), smallest);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
