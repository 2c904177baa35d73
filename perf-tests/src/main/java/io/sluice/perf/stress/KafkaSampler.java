package io.sluice.perf.stress;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// How fast Kafka's logs grow. One thread.
final class KafkaSampler implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Admin admin;
  private long before = -1;
  private double beforeAt;

  KafkaSampler(String bootstrapServers) {
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Long.toString(ANSWER.toMillis()),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Long.toString(ANSWER.toMillis())));
  }

  /// Looks once; what does not answer leaves a gap.
  void sample(double second, Series series) throws InterruptedException {
    try {
      long now = written();
      if (before >= 0 && second > beforeAt) {
        double perSecond = Math.max(0, now - before) / (second - beforeAt);
        series.add("Kafka, records written", "a second", "all topics", second, perSecond);
      }
      before = now;
      beforeAt = second;
    } catch (ExecutionException | TimeoutException _) {
      before = -1;
    }
  }

  /// Offsets of all partitions together.
  private long written() throws ExecutionException, TimeoutException, InterruptedException {
    var names = admin.listTopics().names().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    var topics =
        admin.describeTopics(names).allTopicNames().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    topics.forEach((topic, about) ->
        about
            .partitions()
            .forEach(
                it -> asked.put(new TopicPartition(topic, it.partition()), OffsetSpec.latest())));
    return admin
        .listOffsets(asked)
        .all()
        .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
        .values()
        .stream()
        .mapToLong(it -> it.offset())
        .sum();
  }

  @Override
  public void close() {
    admin.close(ANSWER);
  }
}
