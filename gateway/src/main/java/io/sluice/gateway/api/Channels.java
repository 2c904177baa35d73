package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.Topic;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/// The channels with subscribers, asked of all nodes. A node says `{"channels":{"NAME":2,…}}`, or
/// `{"more":123456}` when it has more than [#MOST] that fit. Pure, but for the asking.
public final class Channels {
  /// Above this an answer would be megabytes; a pattern makes it smaller.
  public static final int MOST = 100_000;

  private Channels() {}

  /// The one channel a question is about, as [#ask] asks it.
  public static Optional<String> one(JsonNode question) {
    return Optional.ofNullable(question.path("name").textValue());
  }

  /// What one node says of that.
  public static JsonNode answer(String name, int subscribers) {
    ObjectNode answer = object();
    ObjectNode found = answer.putObject("channels");
    if (subscribers > 0) {
      found.put(name, subscribers);
    }
    return answer;
  }

  /// What one node says of several; takes its time when there are many.
  ///
  /// @param question as [#find] asks it
  /// @param all subscribers by channel
  public static JsonNode answer(JsonNode question, Map<String, Integer> all) {
    Predicate<String> wanted = Glob.parse(question.path("pattern").asText(""));
    ObjectNode answer = object();
    ObjectNode found = answer.putObject("channels");
    int count = 0;
    for (Map.Entry<String, Integer> channel : all.entrySet()) {
      if (wanted.test(channel.getKey()) && count++ < MOST) {
        found.put(channel.getKey(), channel.getValue());
      }
    }
    return count > MOST ? object().put("more", count) : answer;
  }

  /// Asks for those whose names fit.
  ///
  /// @param pattern a [Glob]
  static CompletionStage<Reply> find(ClusterPort cluster, String pattern) {
    try {
      Glob.parse(pattern);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.completedStage(
          Reply.failure(ErrorCode.BAD_REQUEST, String.valueOf(e.getMessage())));
    }
    return cluster.ask(Topic.CHANNELS, object().put("pattern", pattern)).thenApply(Channels::reply);
  }

  /// Asks for one.
  ///
  /// @param name its full name
  static CompletionStage<Answers> ask(ClusterPort cluster, String name) {
    return cluster.ask(Topic.CHANNELS, object().put("name", name));
  }

  /// The subscribers in the answers to that.
  static int clients(Answers answers) {
    int clients = 0;
    for (JsonNode node : answers.byNode().values()) {
      for (JsonNode some : node.path("channels")) {
        clients += some.asInt();
      }
    }
    return clients;
  }

  /// All that is known, and who said nothing.
  private static Reply reply(Answers answers) {
    Map<String, Integer> sums = new TreeMap<>();
    for (JsonNode node : answers.byNode().values()) {
      if (node.has("more")) {
        return tooMany(node.path("more").asInt());
      }
      node.path("channels")
          .forEachEntry((name, clients) -> sums.merge(name, clients.asInt(), Integer::sum));
    }
    if (sums.size() > MOST) {
      return tooMany(sums.size());
    }
    ObjectNode result = object();
    ObjectNode channels = result.putObject("channels");
    sums.forEach((name, clients) -> channels.putObject(name).put("num_clients", clients));
    Missing.tell(answers, result);
    return new Reply.Result(result);
  }

  private static Reply tooMany(int found) {
    return Reply.failure(
        ErrorCode.LIMIT_EXCEEDED,
        "%d channels are more than %d, use a narrower 'pattern'".formatted(found, MOST));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
