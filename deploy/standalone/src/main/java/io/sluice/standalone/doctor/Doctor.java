package io.sluice.standalone.doctor;

import io.sluice.broker.ReplayLimits;
import io.sluice.gateway.PartSettings;
import io.sluice.gateway.config.Access;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.NamespaceConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Looks at everything that a node of a configuration needs, before it runs or while it does. For
/// one thread, which waits for half a minute at most.
public final class Doctor {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LIMIT_OF_ONE = Duration.ofSeconds(12);

  private Doctor() {}

  /// What a doctor is to know besides the configuration.
  ///
  /// @param machine where nodes run
  /// @param heap what they are given
  /// @param shortage how bad it is that there are fewer descriptors than there may be connections
  public record Setting(Machine machine, NodeHeap heap, Level shortage) {}

  /// Looks, and tells each finding when there is one.
  public static void examine(GatewayConfig config, Setting setting, Consumer<Finding> told)
      throws InterruptedException {
    try (OpenedKafka kafka = new OpenedKafka(PartSettings.bridge(config))) {
      new Examination(LIMIT, LIMIT_OF_ONE).run(checks(config, setting, kafka), told);
    }
  }

  /// What is said of a configuration that cannot be used.
  public static void unusable(List<String> problems, Consumer<Finding> told) {
    problems.forEach(it -> told.accept(Finding.error(CheckNames.CONFIGURATION, it, "")));
    told.accept(Finding.notChecked("all else", "the configuration has to be good first"));
  }

  private static List<Check> checks(GatewayConfig config, Setting setting, OpenedKafka kafka) {
    Predicate<String> published = namespace -> isPublished(config, namespace);
    return List.of(
        new ConfigurationCheck(config),
        new CertificateCheck(config.edge().tls(), Instant.now()),
        new PortsCheck(config),
        new DescriptorsCheck(config.edge(), setting.machine(), setting.shortage()),
        new KafkaCheck(
            CheckNames.KAFKA, kafka, it -> Finding.of(CheckNames.KAFKA, List.of(it.brokers()))),
        new KafkaCheck(
            CheckNames.TOPICS, kafka, it -> Finding.of(CheckNames.TOPICS, it.topics(published))),
        new KafkaCheck(
            CheckNames.RIGHTS, kafka, it -> Finding.of(CheckNames.RIGHTS, it.rights(published))),
        new KafkaCheck(CheckNames.KEYS, kafka, it -> Finding.of(CheckNames.KEYS, it.keys())),
        new KafkaCheck(
            CheckNames.LOGS, kafka, it -> Finding.of(CheckNames.LOGS, it.logs(replays(config)))),
        new KafkaCheck(
            CheckNames.CLOCK,
            kafka,
            it ->
                it.clockAhead()
                    .map(ahead -> List.of(Skew.judge("Kafka's clock", ahead)))
                    .orElseGet(() ->
                        List.of(
                            Finding.notChecked(
                                CheckNames.CLOCK,
                                "no node runs, by whose heartbeats Kafka's clock is seen")))),
        new RedisCheck(config.redis(), PartSettings.sessions(config)),
        MemoryCheck.of(config, setting.heap(), setting.machine(), kafka));
  }

  /// Whether clients may publish there. The HTTP API may in any case, but nobody has to want that.
  private static boolean isPublished(GatewayConfig config, String namespace) {
    NamespaceConfig policy = config.namespaces().get(namespace);
    return policy != null && policy.publish() != Access.NOBODY;
  }

  /// Of the namespaces in which it matters for how long a client was away.
  static Map<String, ReplayLimits> replays(GatewayConfig config) {
    Map<String, ReplayLimits> replays = new HashMap<>();
    config
        .namespaces()
        .forEach((name, policy) -> {
          if (policy.hasHorizon()) {
            replays.put(name, policy.replay());
          }
        });
    return replays;
  }
}
