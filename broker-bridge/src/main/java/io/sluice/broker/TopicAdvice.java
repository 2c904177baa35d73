package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;

/// What may come of a topic's replicas and settings that a node takes as they are. What it does not
/// take, [TopicDemands] says. Pure.
final class TopicAdvice {
  /// Of the ledger: every node that starts reads all of it, and no segment is compacted before.
  private static final Duration LONGEST_SEGMENT = Duration.ofHours(1);

  private final BridgeSettings settings;
  private final int brokers;
  private final Predicate<String> published;

  /// @param brokers how many there are
  /// @param published whether clients may publish to a namespace
  TopicAdvice(BridgeSettings settings, int brokers, Predicate<String> published) {
    this.settings = settings;
    this.brokers = brokers;
    this.published = published;
  }

  /// All there is to be said of one topic; nothing when it is fine.
  ///
  /// @param named it, for people
  /// @param binding the namespace's that reads it
  List<Remark> of(
      String named, TopicDescription found, Config config, Optional<TopicBinding> binding) {
    List<Remark> remarks = new ArrayList<>();
    replicas(named, found, config, remarks);
    String topic = found.name();
    if (topic.equals(settings.kafka().deadLetterTopic()) && !TopicDemands.isCompacted(config)) {
      remarks.add(
          Remark.warning(
              "topic %s is not compacted: dead letters may be there twice, and 'redrive' refuses it"
                  .formatted(named),
              set(topic, "cleanup.policy=compact")));
    }
    if (topic.equals(settings.kafka().ledgerTopic())
        && number(config, TopicConfig.SEGMENT_MS_CONFIG, 0) > LONGEST_SEGMENT.toMillis()) {
      remarks.add(
          Remark.warning(
              "topic %s is compacted late (segment.ms=%s): every node that starts reads all of it"
                  .formatted(named, TopicDemands.value(config, TopicConfig.SEGMENT_MS_CONFIG)),
              set(topic, "segment.ms=600000")));
    }
    binding.ifPresent(it -> bound(named, it, config, remarks));
    return remarks;
  }

  private void replicas(String named, TopicDescription found, Config config, List<Remark> remarks) {
    String topic = found.name();
    long replicas = replicas(found);
    long said = number(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1);
    long needed = Math.min(said, replicas); // what brokers of Kafka 4 make of it
    if (found.topicId().equals(Uuid.ZERO_UUID)) {
      remarks.add(
          Remark.error(
              "topic %s has no id: nodes could not tell it from one made anew".formatted(named),
              "brokers of Kafka 2.8 or newer"));
    }
    String headless = partitions(found, it -> it.leader() == null || it.leader().isEmpty());
    if (!headless.isEmpty()) {
      remarks.add(
          Remark.error(
              "topic %s has no leader for partitions %s: nothing is read or written there"
                  .formatted(named, headless),
              "start the brokers that have them"));
    }
    String tooFew = partitions(found, it -> it.isr().size() < needed);
    String lagging =
        partitions(found, it -> it.isr().size() >= needed && it.isr().size() < replicas);
    if (!tooFew.isEmpty()) {
      remarks.add(
          Remark.error(
              "topic %s has fewer than min.insync.replicas=%d in sync in partitions %s: publishes fail there"
                  .formatted(named, needed, tooFew),
              "start the brokers that have the others"));
    }
    if (!lagging.isEmpty()) {
      remarks.add(
          Remark.warning(
              "topic %s has replicas that are not in sync, of partitions %s"
                  .formatted(named, lagging),
              "look whether a broker is away"));
    }
    if (said > replicas) {
      remarks.add(
          Remark.warning(
              "topic %s has %d replicas, fewer than min.insync.replicas=%d: older brokers than Kafka 4 acknowledge nothing there"
                  .formatted(named, replicas, said),
              set(topic, "min.insync.replicas=" + Math.max(1, replicas - 1))));
    } else {
      durability(named, topic, replicas, needed, config, remarks);
    }
  }

  private void durability(
      String named, String topic, long replicas, long needed, Config config, List<Remark> remarks) {
    if (replicas == 1 && brokers > 1) {
      remarks.add(
          Remark.warning(
              "topic %s has one replica on %d brokers: what was acknowledged is lost with a disk"
                  .formatted(named, brokers),
              "give it %d with kafka-reassign-partitions.sh".formatted(Math.min(3, brokers))));
    } else if (replicas > 1 && needed == 1) {
      remarks.add(
          Remark.warning(
              "topic %s has min.insync.replicas=1: what was acknowledged may be on one disk only"
                  .formatted(named),
              set(topic, "min.insync.replicas=2")));
    } else if (replicas > 1 && needed == replicas) {
      remarks.add(
          Remark.warning(
              "topic %s has min.insync.replicas=%d of %d replicas: publishes fail while one broker is away"
                  .formatted(named, needed, replicas),
              set(topic, "min.insync.replicas=" + (replicas - 1))));
    }
    if (replicas > 1
        && TopicDemands.value(config, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG)
            .equals("true")) {
      remarks.add(
          Remark.warning(
              "topic %s has unclean.leader.election.enable=true: it may lose what was acknowledged"
                  .formatted(named),
              set(topic, "unclean.leader.election.enable=false")));
    }
  }

  private void bound(String named, TopicBinding binding, Config config, List<Remark> remarks) {
    String topic = binding.topic();
    long largest = number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.MAX_VALUE);
    ByteSize payload = settings.publish().maxPayload();
    ByteSize fetch = settings.kafka().fetchBytes();
    if (published.test(binding.namespace()) && largest < payload.bytes()) {
      remarks.add(
          Remark.warning(
              "topic %s has max.message.bytes=%d, below publish.max-payload: %s: larger publishes are rejected"
                  .formatted(named, largest, payload),
              "lower publish.max-payload, or "
                  + set(
                      topic,
                      "max.message.bytes="
                          + (payload.bytes() + ClientProperties.RECORD_OVERHEAD))));
    }
    if (largest != Long.MAX_VALUE && largest > fetch.bytes()) {
      remarks.add(
          Remark.warning(
              "topic %s has max.message.bytes=%d, above kafka.fetch-bytes: %s: such a batch comes whole, and its memory is not planned for"
                  .formatted(named, largest, fetch),
              "raise kafka.fetch-bytes, and -Xmx by twice as much"));
    }
    boolean deletes =
        TopicDemands.value(config, TopicConfig.CLEANUP_POLICY_CONFIG)
            .contains(TopicConfig.CLEANUP_POLICY_DELETE);
    long retention = number(config, TopicConfig.RETENTION_MS_CONFIG, -1);
    Duration age = settings.window().age();
    if (deletes && retention >= 0 && retention < age.toMillis()) {
      remarks.add(
          Remark.warning(
              "topic %s keeps records for %d s, less than window.age, %d s: who is away for longer has lost them"
                  .formatted(named, retention / 1_000, age.toSeconds()),
              set(topic, "retention.ms=" + age.toMillis())));
    }
    if (binding.mode() == Mode.STATE && !TopicDemands.isCompacted(config)) {
      remarks.add(
          Remark.warning(
              "topic %s is not compacted, but namespaces.%s.mode is state: values go when they are old"
                  .formatted(named, binding.namespace()),
              set(topic, "cleanup.policy=compact")));
    }
  }

  /// `'orders' (namespaces.shop.topic): 12 partitions, 3 replicas, min.insync 2, delete`.
  static String summary(String named, TopicDescription found, Config config) {
    return "%s: %d partitions, %d replicas, min.insync %d, %s"
        .formatted(
            named,
            found.partitions().size(),
            replicas(found),
            number(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1),
            TopicDemands.value(config, TopicConfig.CLEANUP_POLICY_CONFIG));
  }

  /// Those of the partition that has the fewest.
  private static long replicas(TopicDescription found) {
    return found.partitions().stream().mapToInt(it -> it.replicas().size()).min().orElse(0);
  }

  private static String partitions(TopicDescription found, Predicate<TopicPartitionInfo> such) {
    return Some.of(
        found.partitions().stream().filter(such).map(TopicPartitionInfo::partition).toList());
  }

  private static long number(Config config, String name, long otherwise) {
    String value = TopicDemands.value(config, name);
    return value.isEmpty() ? otherwise : Long.parseLong(value);
  }

  private String set(String topic, String setting) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config %s"
        .formatted(settings.kafka().bootstrapServers(), topic, setting);
  }
}
