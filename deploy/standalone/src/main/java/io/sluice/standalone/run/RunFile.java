package io.sluice.standalone.run;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a running `up` tells the other commands. Holds secrets: the file has mode 0600 and
/// [#toString()] leaves them out.
///
/// @param up the process
/// @param data its data directory, absolute
/// @param kafka bootstrap servers
/// @param redis address of Redis
/// @param secret what tokens are signed with
/// @param apiKey the key of the HTTP API
/// @param topics the Kafka topic of each namespace
/// @param nodes at least one
public record RunFile(
    ProcessMark up,
    Path data,
    String kafka,
    String redis,
    String secret,
    String apiKey,
    Map<String, String> topics,
    List<RunNode> nodes) {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public RunFile {
    topics = Map.copyOf(topics);
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("a run file names at least one node");
    }
  }

  /// What the first of its nodes was started with.
  public Path firstNodeConfig() {
    return data.resolve("node-1.yaml");
  }

  /// The port that names the file and that `--edge-port` of `up` said: the first node's.
  public int edgePort() {
    return nodes.getFirst().edgePort();
  }

  /// Whether any node listens on this port.
  public boolean hasEdgePort(int port) {
    return nodes.stream().anyMatch(node -> node.edgePort() == port);
  }

  String toJson() {
    ObjectNode json = JSON.createObjectNode().put("version", VERSION);
    json.putObject("up").put("pid", up.pid()).put("started", up.startedMillis());
    json.put("data", data.toString())
        .put("kafka", kafka)
        .put("redis", redis)
        .put("secret", secret)
        .put("api-key", apiKey);
    ObjectNode named = json.putObject("topics");
    new TreeMap<>(topics).forEach(named::put);
    var list = json.putArray("nodes");
    for (RunNode node : nodes) {
      list.addObject()
          .put("id", node.id())
          .put("pid", node.pid())
          .put("edge-port", node.edgePort())
          .put("api-port", node.apiPort());
    }
    return json.toPrettyString() + "\n";
  }

  /// The inverse of [#toJson()]; nothing when the text is of another version or no run file at all.
  static Optional<RunFile> parse(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      return json.path("version").asInt() == VERSION ? Optional.of(read(json)) : Optional.empty();
    } catch (JacksonException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static RunFile read(JsonNode json) {
    Map<String, String> topics = new TreeMap<>();
    json.required("topics")
        .properties()
        .forEach(entry -> topics.put(entry.getKey(), entry.getValue().asText()));
    List<RunNode> nodes = new ArrayList<>();
    for (JsonNode node : json.required("nodes")) {
      nodes.add(
          new RunNode(
              node.required("id").asText(),
              node.required("pid").asLong(),
              node.required("edge-port").asInt(),
              node.required("api-port").asInt()));
    }
    return new RunFile(
        new ProcessMark(
            json.required("up").required("pid").asLong(),
            json.required("up").required("started").asLong()),
        Path.of(json.required("data").asText()),
        json.required("kafka").asText(),
        json.required("redis").asText(),
        json.required("secret").asText(),
        json.required("api-key").asText(),
        topics,
        nodes);
  }

  /// Without the secrets.
  @Override
  public String toString() {
    return "edge port %d (data %s, process %d)".formatted(edgePort(), data, up.pid());
  }
}
