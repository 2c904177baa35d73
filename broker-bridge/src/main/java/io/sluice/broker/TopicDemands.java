package io.sluice.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;

/// What the bridge needs of each topic it uses: that it is there, its rights, its settings. Pure;
/// the faults it names are lines for operators.
final class TopicDemands {
  private static final long KAFKA_DEFAULT_MAX_MESSAGE_BYTES = (1 << 20) + 12;
  private static final Set<AclOperation> READ =
      Set.of(AclOperation.READ, AclOperation.DESCRIBE_CONFIGS);
  private static final Set<AclOperation> READ_AND_WRITE =
      Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
  private static final Set<AclOperation> WRITE =
      Set.of(AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);

  /// Read from its beginning by every node that starts, so what is superseded must go soon: Kafka
  /// compacts no segment that is still written to.
  private static final Map<String, String> LEDGER =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.SEGMENT_MS_CONFIG,
          "600000",
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Integer.toString(16 << 20),
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.1");

  /// @param whose the configuration key that names the topic
  /// @param binding the namespace's, for a bound topic
  private record Demand(String whose, Set<AclOperation> rights, Optional<TopicBinding> binding) {}

  private final KafkaSettings kafka;
  private final PublishSettings publish;
  private final Map<String, Demand> demands = new LinkedHashMap<>();

  /// The demands of these bindings and of what nodes share.
  ///
  /// @throws BridgeStartException when a topic has two uses
  TopicDemands(KafkaSettings kafka, PublishSettings publish, Collection<TopicBinding> bindings) {
    this.kafka = kafka;
    this.publish = publish;
    demand(
        kafka.controlTopic(), new Demand("kafka.control-topic", READ_AND_WRITE, Optional.empty()));
    demand(kafka.deadLetterTopic(), new Demand("kafka.dead-letter-topic", WRITE, Optional.empty()));
    demand(kafka.ledgerTopic(), new Demand("kafka.ledger-topic", READ_AND_WRITE, Optional.empty()));
    if (!kafka.sessionsTopic().isEmpty()) {
      demand(kafka.sessionsTopic(), new Demand("kafka.sessions-topic", WRITE, Optional.empty()));
    }
    for (TopicBinding binding : bindings) {
      String key = "namespaces." + binding.namespace() + ".topic";
      demand(binding.topic(), new Demand(key, READ, Optional.of(binding)));
    }
  }

  Set<String> topics() {
    return demands.keySet();
  }

  /// The namespace's that reads a topic; none for those that nodes share.
  Optional<TopicBinding> binding(String topic) {
    Demand demand = demands.get(topic);
    return demand == null ? Optional.empty() : demand.binding();
  }

  /// What a node must be allowed to do with a topic.
  Set<AclOperation> rights(String topic) {
    Demand demand = demands.get(topic);
    return demand == null ? Set.of() : demand.rights();
  }

  /// `'orders' (namespaces.shop.topic)`.
  String named(String topic) {
    Demand demand = demands.get(topic);
    return "'" + topic + "'" + (demand == null ? "" : " (" + demand.whose() + ")");
  }

  /// That topics are missing and may not be created.
  String missing(Collection<String> topics) {
    return "%s %s not there: create %s, or set kafka.create-topics: true"
        .formatted(
            topics.stream().map(it -> "topic " + named(it)).collect(Collectors.joining(", ")),
            topics.size() == 1 ? "is" : "are",
            topics.size() == 1 ? "it" : "them");
  }

  /// A missing topic as it should be.
  NewTopic fresh(String topic) {
    boolean control = topic.equals(kafka.controlTopic());
    boolean ledger = topic.equals(kafka.ledgerTopic());
    boolean deadLetters = topic.equals(kafka.deadLetterTopic());
    Optional<Integer> partitions = Optional.of(control || ledger ? 1 : kafka.partitions());
    Optional<Short> replicas =
        kafka.replicationFactor() < 0 ? Optional.empty() : Optional.of(kafka.replicationFactor());
    NewTopic fresh = new NewTopic(topic, partitions, replicas);
    if (control) {
      return fresh.configs(
          Map.of(
              TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
              TopicConfig.RETENTION_MS_CONFIG, "600000",
              TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime"));
    }
    if (ledger) {
      return fresh.configs(LEDGER);
    }
    if (deadLetters) {
      return fresh.configs(
          Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }
    if (topic.equals(kafka.sessionsTopic())) {
      return fresh.configs(
          Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
    }
    // Room for the largest payload with its key and headers; never less than Kafka's own default.
    long largest = publish.maxPayload().bytes() + ClientProperties.RECORD_OVERHEAD;
    long room = Math.max(largest, KAFKA_DEFAULT_MAX_MESSAGE_BYTES);
    Map<String, String> settings = new HashMap<>();
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(room));
    Demand demand = demands.get(topic);
    if (demand != null && demand.binding().filter(b -> b.mode() == Mode.STATE).isPresent()) {
      settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
    }
    return fresh.configs(settings);
  }

  /// What is wrong with a topic that is there, by its description.
  List<String> faults(TopicDescription found) {
    String topic = found.name();
    List<String> faults = new ArrayList<>();
    lacking(found).forEach(right -> faults.add(missingAcl(right, topic)));
    misshapen(found).ifPresent(faults::add);
    return faults;
  }

  /// The rights that are missing, as far as Kafka says.
  Set<AclOperation> lacking(TopicDescription found) {
    Demand demand = demands.get(found.name());
    Set<AclOperation> given = found.authorizedOperations();
    if (demand == null || given == null) {
      return Set.of();
    }
    Set<AclOperation> lacking = new TreeSet<>(demand.rights());
    lacking.removeAll(given);
    return lacking;
  }

  /// What is wrong with its partitions.
  Optional<String> misshapen(TopicDescription found) {
    String topic = found.name();
    if (topic.equals(kafka.controlTopic()) && found.partitions().size() != 1) {
      return Optional.of(
          "topic %s has %d partitions, must have 1: heartbeats need one order"
              .formatted(named(topic), found.partitions().size()));
    }
    return Optional.empty();
  }

  /// What is wrong with a topic that is there, by its settings.
  Optional<String> fault(String topic, Config settings) {
    if (topic.equals(kafka.controlTopic())
        && !value(settings, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).equals("LogAppendTime")) {
      return Optional.of(
          "topic %s must have message.timestamp.type=LogAppendTime: nodes tell the dead by it"
              .formatted(named(topic)));
    }
    if (topic.equals(kafka.ledgerTopic())
        && !value(settings, TopicConfig.CLEANUP_POLICY_CONFIG)
            .equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      return Optional.of(
          "topic %s must have cleanup.policy=compact: nodes keep in it what must not be lost"
              .formatted(named(topic)));
    }
    if (topic.equals(kafka.sessionsTopic()) && isCompacted(settings)) {
      return Optional.of(
          "topic %s must have cleanup.policy=delete: it says what happened, not what is"
              .formatted(named(topic)));
    }
    Demand demand = demands.get(topic);
    return demand == null || !isCompacted(settings)
        ? Optional.empty()
        : demand
            .binding()
            .filter(binding -> binding.mode() == Mode.LOG)
            .map(binding ->
                "topic %s is compacted, which removes publications that mode log promises: set namespaces.%s.mode: state"
                    .formatted(named(topic), binding.namespace()));
  }

  static boolean isCompacted(Config settings) {
    return value(settings, TopicConfig.CLEANUP_POLICY_CONFIG)
        .contains(TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  /// `missing ACL: Read on topic 'orders' (namespaces.shop.topic)`.
  String missingAcl(AclOperation right, String topic) {
    return "missing ACL: %s on topic %s".formatted(aclName(right), named(topic));
  }

  /// As `kafka-acls` and people write it.
  static String aclName(AclOperation right) {
    return switch (right) {
      case DESCRIBE_CONFIGS -> "DescribeConfigs";
      case READ -> "Read";
      case WRITE -> "Write";
      case CREATE -> "Create";
      default -> "Describe";
    };
  }

  private void demand(String topic, Demand demand) {
    Demand other = demands.put(topic, demand);
    if (other != null) {
      throw new BridgeStartException(
          "topic '%s' has two uses, %s and %s: each needs its own"
              .formatted(topic, other.whose(), demand.whose()));
    }
  }

  static String value(Config settings, String name) {
    ConfigEntry entry = settings.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }
}
