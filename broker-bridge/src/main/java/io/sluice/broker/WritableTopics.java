package io.sluice.broker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/// Asks Kafka whether a topic would take publishes: every partition has a leader, and as many
/// in-sync replicas as the topic wants. Any thread; never blocks; answers on the admin client's.
final class WritableTopics implements PublishGates.Probe {
  private static final int TIMEOUT_MS = 2_000;

  private final Admin admin;

  WritableTopics(Admin admin) {
    this.admin = admin;
  }

  @Override
  public CompletionStage<Boolean> takes(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    KafkaFuture<Map<ConfigResource, Config>> settings =
        admin
            .describeConfigs(List.of(resource), new DescribeConfigsOptions().timeoutMs(TIMEOUT_MS))
            .all();
    return admin
        .describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
        .allTopicNames()
        .toCompletionStage()
        .thenCombine(
            settings.toCompletionStage(),
            (found, configs) -> {
              int least = least(configs.values());
              return found.values().stream()
                  .flatMap(it -> it.partitions().stream())
                  .allMatch(it -> isWritable(it, least));
            });
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
