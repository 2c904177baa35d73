package io.sluice.standalone.up;

import io.sluice.gateway.config.ConfigLoader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The configuration that `up` gives to a node: everything on, for this machine only.
///
/// @param id the node's id
/// @param edgePort where clients connect
/// @param apiPort where operators connect
/// @param kafka bootstrap servers
/// @param redis address of Redis
/// @param secret what tokens are signed with
/// @param apiKey the key of the HTTP API
record NodeConfigFile(
    String id,
    int edgePort,
    int apiPort,
    String kafka,
    String redis,
    String secret,
    String apiKey) {
  /// The keys that are `up`'s to decide; an environment variable over one of them would make the
  /// run file wrong, or give two nodes one port.
  private static final List<String> OWN_KEYS =
      List.of(
          "node.id",
          "edge.host",
          "edge.port",
          "edge.address",
          "api.host",
          "api.port",
          "api.address",
          "api.key",
          "kafka.bootstrap-servers",
          "redis.uri",
          "tokens.hmac-secret");

  /// Those of these environment variables that a node of `up` must not see.
  static Set<String> ownVariables(Set<String> names) {
    Set<String> own =
        OWN_KEYS.stream()
            .map(key -> "SLUICE_" + key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"))
            .collect(Collectors.toCollection(TreeSet::new));
    own.retainAll(names);
    return own;
  }

  /// The Kafka topic of each namespace of a node that is given this and runs in such an
  /// environment.
  Map<String, String> topics(Map<String, String> environment) {
    Map<String, String> seen = new HashMap<>(environment);
    seen.keySet().removeAll(ownVariables(environment.keySet()));
    return ConfigLoader.parse(toYaml(), seen, Map.of()).namespaces().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, namespace -> namespace.getValue().topic()));
  }

  String toYaml() {
    return """
    # Written by 'sluice up' at each start; what is changed here is lost.
    node:
      id: %s
    edge:
      host: 127.0.0.1
      port: %d
      allowed-origins: [loopback]
      token-in-url: true
      echo: true
      max-connections-per-user: 0
    api:
      host: 127.0.0.1
      port: %d
      key: %s
      console: true
    kafka:
      bootstrap-servers: %s
      create-topics: true
    redis:
      uri: %s
    tokens:
      hmac-secret: %s
    drain:
      announce: 0s
      duration: 0s
    log:
      format: text
    namespaces:
      default:
        topic: sluice.default
        keyless: keyless
        history: true
        positions: true
        recovery: true
        presence: true
        join-leave: true
        subscribe: authenticated
        publish: authenticated
        read: authenticated
    """
        .formatted(
            quoted(id),
            edgePort,
            apiPort,
            quoted(apiKey),
            quoted(kafka),
            quoted(redis),
            quoted(secret));
  }

  /// A YAML scalar in single quotes, where only the quote itself is special.
  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /// Without the secrets.
  @Override
  public String toString() {
    return "NodeConfigFile[" + id + "]";
  }
}
