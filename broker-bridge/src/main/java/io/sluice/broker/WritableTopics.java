package io.sluice.broker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/// Asks Kafka whether a topic would take publishes: partitions have a leader, and as many in-sync
/// replicas as the topic wants. Not all need to: what lies in one that does not fails, and of such
/// publishes a breaker bears fewer than its failure rate. One partition of many that stays away
/// would keep it from closing for ever. Any thread; never blocks; answers on the admin client's.
final class WritableTopics implements PublishGates.Probe {
  private static final int TIMEOUT_MS = 2_000;

  private final Supplier<Admin> admin;
  private final int failureRate;

  /// @param failureRate so many partitions in a hundred are too many ([BreakerSettings])
  WritableTopics(Supplier<Admin> admin, int failureRate) {
    this.admin = admin;
    this.failureRate = failureRate;
  }

  @Override
  public CompletionStage<Boolean> takes(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    KafkaFuture<Map<ConfigResource, Config>> settings =
        admin
            .get()
            .describeConfigs(List.of(resource), new DescribeConfigsOptions().timeoutMs(TIMEOUT_MS))
            .all();
    return admin
        .get()
        .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
        .allTopicNames()
        .toCompletionStage()
        .thenCombine(
            settings.toCompletionStage(),
            (found, configs) ->
                takes(
                    found.values().stream().flatMap(it -> it.partitions().stream()).toList(),
                    least(configs.values()),
                    failureRate));
  }

  /// Whether so few partitions take nothing that a breaker would stay closed, with publishes that
  /// go to each alike.
  static boolean takes(List<TopicPartitionInfo> partitions, int least, int failureRate) {
    long failing = partitions.stream().filter(it -> !isWritable(it, least)).count();
    return failing * 100 < (long) failureRate * partitions.size();
  }

  /// How many replicas it wants in sync.
  private static int least(Collection<Config> settings) {
    return settings.stream()
        .map(it -> it.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG))
        .filter(it -> it != null && it.value() != null)
        .mapToInt(it -> Integer.parseInt(it.value()))
        .findFirst()
        .orElse(1);
  }

  /// Brokers want no more than there are, whatever the topic says.
  private static boolean isWritable(TopicPartitionInfo partition, int least) {
    return partition.leader() != null
        && !partition.leader().isEmpty()
        && partition.isr().size() >= Math.min(least, partition.replicas().size());
  }
}
