package io.sluice.perf;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Deletes a topic and makes it anew: the log is another one from then on.
final class TopicAnew {
  private TopicAnew() {}

  /// Returns when brokers tell producers of the new one, who otherwise may begin with the old, and
  /// lead all of its partitions.
  ///
  /// @param topic with its partitions
  static void make(String bootstrapServers, NewTopic topic, Duration limit) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      Uuid old = described(admin, topic).topicId();
      admin.deleteTopics(List.of(topic.name())).all().get();
      Eventually.so(limit, () -> created(admin, topic), () -> "the topic was not created again");
      Eventually.so(
          limit, () -> isKnown(admin, topic, old), () -> "brokers still have the old one");
    }
  }

  private static boolean created(Admin admin, NewTopic topic) {
    try {
      admin.createTopics(List.of(topic)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false; // its end is still on its way
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean isKnown(Admin admin, NewTopic topic, Uuid old) {
    try {
      TopicDescription now = described(admin, topic);
      if (now.topicId().equals(old)
          || now.partitions().stream().anyMatch(partition -> partition.leader() == null)) {
        return false;
      }
      // Only leaders answer this, and they learn last that they lead. A producer that begins before
      // may find some of its first requests refused and others taken, and be out of order for good.
      var _ = admin.listOffsets(ends(now)).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(TopicDescription topic) {
    return topic.partitions().stream()
        .collect(
            Collectors.toMap(
                it -> new TopicPartition(topic.name(), it.partition()), _ -> OffsetSpec.latest()));
  }

  private static TopicDescription described(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    var all = admin.describeTopics(List.of(topic.name())).allTopicNames().get();
    return all.values().iterator().next();
  }
}
