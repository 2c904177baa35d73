package io.sluice.gateway.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Everything a node is told. Its constructor and those of its parts refuse what cannot work, so a
/// `GatewayConfig` that exists is consistent.
///
/// @param node who this node is
/// @param edge the public listener
/// @param api the private listener
/// @param kafka the brokers
/// @param redis the cache of sessions
/// @param tokens which tokens are good
/// @param window the records kept in memory
/// @param replay reading again what has left memory
/// @param presence who is subscribed
/// @param publish publishing
/// @param drain leaving
/// @param shed refusing work
/// @param watchdog threads that hang
/// @param tracing spans, and where they go
/// @param metrics sending them
/// @param log what is written to the log
/// @param namespaces by name; at least one; no two on one topic
public record GatewayConfig(
    NodeConfig node,
    EdgeConfig edge,
    ApiConfig api,
    KafkaConfig kafka,
    RedisConfig redis,
    TokenConfig tokens,
    WindowConfig window,
    ReplayConfig replay,
    PresenceConfig presence,
    PublishConfig publish,
    DrainConfig drain,
    ShedConfig shed,
    WatchdogConfig watchdog,
    TracingConfig tracing,
    MetricsConfig metrics,
    LogConfig log,
    Map<String, NamespaceConfig> namespaces) {
  private static final Pattern NAMESPACE = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  public GatewayConfig {
    namespaces = Collections.unmodifiableMap(new LinkedHashMap<>(namespaces));
    Checks checks =
        new Checks()
            .that(
                edge.port() == 0 || edge.port() != api.port(),
                "api.port: %d is edge.port too".formatted(api.port()))
            .that(!namespaces.isEmpty(), "namespaces: there is none");
    namespaceProblems(namespaces).forEach(problem -> checks.that(false, problem));
    Namespaces resolver = new Namespaces(namespaces, edge.maxChannelLength());
    namespaces.forEach((name, namespace) -> {
      String prefix = "namespaces." + name;
      checks.that(
          !namespace.topic().equals(kafka.controlTopic())
              && !namespace.topic().equals(kafka.deadLetterTopic())
              && !namespace.topic().equals(kafka.ledgerTopic())
              && !namespace.topic().equals(kafka.sessionsTopic()),
          prefix + ".topic: '" + namespace.topic() + "' is one of Sluice's own topics");
      if (namespace.keyless().isPresent()
          && resolver.resolveKey(name, namespace.keyless().get())
              instanceof Resolution.Invalid(String reason)) {
        checks.that(false, prefix + ".keyless: " + reason);
      }
    });
    checks.done();
  }

  /// What is wrong among the namespaces themselves.
  private static List<String> namespaceProblems(Map<String, NamespaceConfig> namespaces) {
    List<String> problems = new ArrayList<>();
    Map<String, String> owners = new HashMap<>();
    namespaces.forEach((name, namespace) -> {
      if (!NAMESPACE.matcher(name).matches()) {
        problems.add(
            "namespaces.%s: '%s' is no namespace's name (1 to 64 letters, digits, '_' and '-')"
                .formatted(name, name));
      }
      String owner = owners.putIfAbsent(namespace.topic(), name);
      if (owner != null) {
        problems.add(
            "namespaces.%s.topic: '%s' is the topic of namespaces.%s too; a topic belongs to one namespace"
                .formatted(name, namespace.topic(), owner));
      }
    });
    return problems;
  }

  /// Reads all keys, even after problems, so that all of them become known.
  ///
  /// @return nothing when there was a problem that left no record to hold; problems may have been
  ///   noted in any case
  static Optional<GatewayConfig> read(Settings in) {
    var node = in.section(() -> NodeConfig.read(in));
    var edge = in.section(() -> EdgeConfig.read(in));
    var api = in.section(() -> ApiConfig.read(in));
    var kafka = in.section(() -> KafkaConfig.read(in));
    var redis = in.section(() -> RedisConfig.read(in));
    var tokens = in.section(() -> TokenConfig.read(in));
    var window = in.section(() -> WindowConfig.read(in));
    var replay = in.section(() -> ReplayConfig.read(in));
    var presence = in.section(() -> PresenceConfig.read(in));
    var publish = in.section(() -> PublishConfig.read(in));
    var drain = in.section(() -> DrainConfig.read(in));
    var shed = in.section(() -> ShedConfig.read(in));
    var watchdog = in.section(() -> WatchdogConfig.read(in));
    var tracing = in.section(() -> TracingConfig.read(in));
    var metrics = in.section(() -> MetricsConfig.read(in));
    var log = in.section(() -> LogConfig.read(in));
    var namespaces = readNamespaces(in);
    namespaceProblems(namespaces).forEach(in::problem);
    if (!in.problems().isEmpty()) {
      return Optional.empty();
    }
    return in.section(() ->
        new GatewayConfig(
            node.orElseThrow(),
            edge.orElseThrow(),
            api.orElseThrow(),
            kafka.orElseThrow(),
            redis.orElseThrow(),
            tokens.orElseThrow(),
            window.orElseThrow(),
            replay.orElseThrow(),
            presence.orElseThrow(),
            publish.orElseThrow(),
            drain.orElseThrow(),
            shed.orElseThrow(),
            watchdog.orElseThrow(),
            tracing.orElseThrow(),
            metrics.orElseThrow(),
            log.orElseThrow(),
            namespaces));
  }

  /// With no namespace given there is `default` with its defaults.
  private static Map<String, NamespaceConfig> readNamespaces(Settings in) {
    var names = in.names("namespaces.");
    if (names.isEmpty()) {
      names.add("default");
    }
    Map<String, NamespaceConfig> found = new LinkedHashMap<>();
    for (String name : names) {
      in.section("namespaces." + name + ".", () -> NamespaceConfig.read(in, name))
          .ifPresent(namespace -> found.put(name, namespace));
    }
    return found;
  }

  /// Every key with its value in the form of the configuration file, secrets redacted.
  public SequencedMap<String, String> settings() {
    return listing().lines();
  }

  /// The same with the secrets, to be compared and never to be shown.
  SequencedMap<String, String> values() {
    return listing().values();
  }

  /// The configuration with these values; the inverse of [#values].
  ///
  /// @throws ConfigException when they do not go together
  static GatewayConfig of(SortedMap<String, String> values) {
    Settings in = Settings.ofValues(values);
    Optional<GatewayConfig> config = read(in);
    if (!in.problems().isEmpty()) {
      throw new ConfigException(in.problems());
    }
    return config.orElseThrow();
  }

  private Listing listing() {
    Listing out = new Listing();
    node.write(out);
    edge.write(out);
    api.write(out);
    kafka.write(out);
    redis.write(out);
    tokens.write(out);
    window.write(out);
    replay.write(out);
    presence.write(out);
    publish.write(out);
    drain.write(out);
    shed.write(out);
    watchdog.write(out);
    tracing.write(out);
    metrics.write(out);
    log.write(out);
    namespaces.forEach((name, namespace) -> namespace.write(out, name));
    return out;
  }

  /// [#settings] as one line per key, for the log at start.
  public String effective() {
    return settings().entrySet().stream()
        .map(e -> e.getKey() + ": " + e.getValue())
        .collect(Collectors.joining("\n"));
  }
}
