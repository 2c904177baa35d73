package io.sluice.gateway;

import io.sluice.broker.BridgeMemory;
import io.sluice.broker.BridgeSettings;
import io.sluice.broker.KafkaSettings;
import io.sluice.broker.PublishSettings;
import io.sluice.broker.ReplaySettings;
import io.sluice.broker.TopicBinding;
import io.sluice.broker.WindowSettings;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.KafkaConfig;
import io.sluice.gateway.config.PublishConfig;
import io.sluice.gateway.config.RedisConfig;
import io.sluice.gateway.edge.EdgeMemory;
import io.sluice.session.RedisResilience;
import io.sluice.session.SessionStoreSettings;
import java.util.ArrayList;
import java.util.List;

/// What the parts of a node are told, each in its own words, of the configuration. Pure.
public final class PartSettings {
  private PartSettings() {}

  /// Of the bridge to Kafka.
  public static BridgeSettings bridge(GatewayConfig config) {
    KafkaConfig kafka = config.kafka();
    PublishConfig publish = config.publish();
    List<TopicBinding> bindings = new ArrayList<>();
    config.namespaces().forEach((name, policy) -> bindings.add(policy.binding(name)));
    return new BridgeSettings(
        new KafkaSettings(
            kafka.bootstrapServers(),
            kafka.properties(),
            kafka.createTopics(),
            kafka.partitions(),
            kafka.replicationFactor(),
            kafka.controlTopic(),
            kafka.deadLetterTopic(),
            kafka.ledgerTopic(),
            kafka.sessionsTopic(),
            config.edge().maxChannelLength(),
            kafka.fetchBytes()),
        new WindowSettings(
            config.window().bytes(), config.window().age(), config.window().lastValues()),
        new PublishSettings(
            publish.queue(),
            publish.maxPayload(),
            publish.maxBlock(),
            publish.deliveryTimeout(),
            publish.requestTimeout(),
            publish.breaker().settings()),
        new ReplaySettings(config.replay().scans()),
        bindings);
  }

  /// Of the cache of sessions.
  public static SessionStoreSettings sessions(GatewayConfig config) {
    SessionStoreSettings standard = SessionStoreSettings.of("");
    return new SessionStoreSettings(
            config.redis().uri(),
            config.redis().cluster(),
            config.redis().timeout(),
            standard.ttl(),
            standard.grace(),
            config.redis().checkpoint(),
            SessionStoreSettings.claimFor(config.publish().longest(), config.redis().timeout()),
            standard.queue(),
            standard.localSessions())
        .withSentinelPassword(config.redis().sentinelPassword())
        .withResilience(resilience(config.redis()));
  }

  private static RedisResilience resilience(RedisConfig redis) {
    return new RedisResilience(
        redis.retry().attempts(),
        redis.retry().backOff(),
        redis.breaker().failureRate(),
        redis.breaker().openFor());
  }

  /// What all parts may take.
  ///
  /// @param partitions of all namespaces; 0 = not known yet
  public static MemoryBudget budget(GatewayConfig config, int partitions) {
    return MemoryBudget.of(
        config,
        BridgeMemory.of(bridge(config), partitions),
        EdgeMemory.of(config.edge()),
        sessions(config));
  }
}
