package io.sluice.perf.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// What Centrifugo is told (the form of its version 6). Everything that limits is off or far away,
/// and its websockets have the smaller buffers that its guide names for many connections; the rest
/// is as it comes. One thread.
final class CentrifugoSettings {
  static final String SECRET = "a secret for measurements only, 32 bytes or more";
  static final String API_KEY = "measurements";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();

  private CentrifugoSettings() {}

  /// By itself, keeping what is published in its memory.
  static CentrifugoSettings on(int port) {
    CentrifugoSettings settings = new CentrifugoSettings();
    ObjectNode root = settings.root;
    root.putObject("http_server").put("address", "127.0.0.1").put("port", port);
    root.putObject("log").put("level", "error");
    root.putObject("health").put("enabled", true);
    root.putObject("usage_stats").put("disabled", true);
    root.putObject("shutdown").put("timeout", "2s");
    root.putObject("engine").put("type", "memory");
    root.putObject("http_api").put("key", API_KEY);
    ObjectNode client = root.putObject("client");
    client.putObject("token").put("hmac_secret_key", SECRET);
    client.put("channel_limit", 10_000);
    client.put("connection_limit", 0);
    client.put("user_connection_limit", 0);
    client.put("connection_rate_limit", 0);
    ObjectNode websocket = root.putObject("websocket");
    websocket.put("read_buffer_size", 512);
    websocket.put("use_write_buffer_pool", true);
    ObjectNode channels = root.putObject("channel").putObject("without_namespace");
    channels.put("allow_subscribe_for_client", true);
    channels.put("history_size", 200);
    channels.put("history_ttl", "60s");
    channels.put("force_recovery", true);
    return settings;
  }

  /// Also reading a topic.
  CentrifugoSettings from(String kafka, String topic) {
    ObjectNode consumer = root.putArray("consumers").addObject();
    consumer.put("enabled", true).put("name", "bench").put("type", "kafka");
    ObjectNode source = consumer.putObject("kafka");
    List.of(kafka.split(",", -1)).forEach(source.putArray("brokers")::add);
    source.putArray("topics").add(topic);
    source.put("consumer_group", topic);
    return this;
  }

  /// Keeping and passing on what is published in Redis.
  CentrifugoSettings in(String redis) {
    ObjectNode engine = root.putObject("engine").put("type", "redis");
    engine.putObject("redis").putArray("address").add(redis);
    return this;
  }

  /// One more.
  ///
  /// @param setting `path.to.key=value`
  /// @throws IllegalArgumentException when it is not of that form
  void set(String setting) {
    int end = setting.indexOf('=');
    if (end < 1) {
      throw new IllegalArgumentException("no setting of Centrifugo's: '" + setting + "'");
    }
    ObjectNode node = root;
    List<String> path = List.of(setting.substring(0, end).split("\\.", -1));
    for (String step : path.subList(0, path.size() - 1)) {
      node = node.withObject("/" + step);
    }
    node.put(path.getLast(), setting.substring(end + 1));
  }

  /// As many processors as a JVM uses.
  static Map<String, String> environment() {
    return Map.of("GOMAXPROCS", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }

  /// Of a file.
  String json() {
    return root.toPrettyString();
  }

  /// For people.
  String withoutSecrets() {
    ObjectNode shown = root.deepCopy();
    shown.remove(List.of("http_server", "http_api"));
    ((ObjectNode) shown.required("client")).remove("token");
    return shown.toString();
  }
}
