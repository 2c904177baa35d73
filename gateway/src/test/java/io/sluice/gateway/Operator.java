package io.sluice.gateway;

import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/// What is done to topics behind a node's back.
final class Operator implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final EmbeddedKafka kafka;
  private final Admin admin;

  Operator(EmbeddedKafka kafka) {
    this.kafka = kafka;
    this.admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  /// Deletes what lies below an offset.
  void deleteBefore(TopicPartition partition, long offset) throws Exception {
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
  }

  /// How long a topic keeps records, by their time, from now on.
  void retain(String topic, Duration time) throws Exception {
    ConfigEntry entry = new ConfigEntry("retention.ms", Long.toString(time.toMillis()));
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  /// Returns when producers are told of them.
  void addPartitions(String topic, int count) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all().get();
    await().atMost(PATIENCE).until(() -> partitions(topic) == count);
  }

  private int partitions(String topic) throws Exception {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
        .mapToInt(description -> description.partitions().size())
        .sum();
  }

  /// Deletes a topic and creates an empty one of its name.
  void recreate(String topic, int partitions) throws Exception {
    admin.deleteTopics(List.of(topic)).all().get();
    await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
    kafka.createTopic(topic, partitions, Map.of());
  }

  /// Where a log begins.
  long start(TopicPartition partition) throws Exception {
    return offset(partition, OffsetSpec.earliest());
  }

  /// Where a log ends, whatever transactions are open.
  long end(TopicPartition partition) throws Exception {
    return offset(partition, OffsetSpec.latest());
  }

  private long offset(TopicPartition partition, OffsetSpec which) throws Exception {
    return admin.listOffsets(Map.of(partition, which)).partitionResult(partition).get().offset();
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
