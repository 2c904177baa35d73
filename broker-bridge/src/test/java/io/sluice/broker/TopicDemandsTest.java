package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class TopicDemandsTest {
  private static final Set<AclOperation> ALL =
      Set.of(
          AclOperation.READ,
          AclOperation.WRITE,
          AclOperation.DESCRIBE,
          AclOperation.DESCRIBE_CONFIGS);

  private final TopicDemands demands = demands(TopicBinding.of("shop", "orders"));
  private final TopicDemands withSessions = demands("sessions", TopicBinding.of("shop", "orders"));

  @Test
  void boundTopicsAndTheSharedOnesAreNeeded() {
    assertThat(demands.topics()).containsExactly("control", "dead", "ledger", "orders");
  }

  @Test
  void missingTopicsAreNamedWithTheirKeysAndTheWayOut() {
    assertThat(demands.missing(List.of("orders")))
        .isEqualTo(
            "topic 'orders' (namespaces.shop.topic) is not there: create it, or set kafka.create-topics: true");
    assertThat(demands.missing(List.of("control", "orders")))
        .isEqualTo(
            "topic 'control' (kafka.control-topic), topic 'orders' (namespaces.shop.topic) are not there: create them, or set kafka.create-topics: true");
  }

  @Test
  void createdTopicsHaveTheSettingsTheyNeed() {
    NewTopic control = demands.fresh("control");
    assertThat(control.numPartitions()).isEqualTo(1);
    assertThat(control.configs())
        .isEqualTo(
            Map.of(
                "cleanup.policy", "delete",
                "retention.ms", "600000",
                "message.timestamp.type", "LogAppendTime"));
    NewTopic dead = demands.fresh("dead");
    assertThat(dead.numPartitions()).isEqualTo(12);
    assertThat(dead.configs()).isEqualTo(Map.of("cleanup.policy", "compact"));
    NewTopic orders = demands.fresh("orders");
    assertThat(orders.numPartitions()).isEqualTo(12);
    assertThat(orders.replicationFactor()).isEqualTo((short) 3);
    assertThat(orders.configs())
        .isEqualTo(Map.of("max.message.bytes", Integer.toString((2 << 20) + (128 << 10))));
  }

  @Test
  void theSessionsTopicIsNeededWhereItIsNamed() {
    assertThat(withSessions.topics())
        .containsExactly("control", "dead", "ledger", "sessions", "orders");
    NewTopic sessions = withSessions.fresh("sessions");
    assertThat(sessions.numPartitions()).isEqualTo(12);
    assertThat(sessions.configs()).isEqualTo(Map.of("cleanup.policy", "delete"));
    assertThat(withSessions.fault("sessions", config("cleanup.policy", "compact,delete")))
        .contains(
            "topic 'sessions' (kafka.sessions-topic) must have cleanup.policy=delete: it says what happened, not what is");
    assertThat(withSessions.faults(topic("sessions", 3, Set.of(AclOperation.DESCRIBE_CONFIGS))))
        .containsExactly("missing ACL: Write on topic 'sessions' (kafka.sessions-topic)");
  }

  @Test
  void rightsThatAreMissingAreNamedAsAcls() {
    assertThat(demands.faults(topic("orders", 12, ALL))).isEmpty();
    assertThat(demands.faults(topic("orders", 12, Set.of(AclOperation.DESCRIBE))))
        .containsExactlyInAnyOrder(
            "missing ACL: Read on topic 'orders' (namespaces.shop.topic)",
            "missing ACL: DescribeConfigs on topic 'orders' (namespaces.shop.topic)");
    assertThat(
            demands.faults(
                topic("control", 1, Set.of(AclOperation.READ, AclOperation.DESCRIBE_CONFIGS))))
        .containsExactly("missing ACL: Write on topic 'control' (kafka.control-topic)");
    assertThat(
            demands.faults(
                topic("dead", 12, Set.of(AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS))))
        .isEmpty();
  }

  @Test
  void controlTopicHasOnePartition() {
    assertThat(demands.faults(topic("control", 3, ALL)))
        .singleElement()
        .asString()
        .contains("'control'", "has 3 partitions, must have 1");
  }

  @Test
  void controlTopicIsStampedByTheBroker() {
    assertThat(demands.fault("control", config("message.timestamp.type", "LogAppendTime")))
        .isEmpty();
    assertThat(demands.fault("control", config("message.timestamp.type", "CreateTime")))
        .hasValueSatisfying(it -> assertThat(it).contains("message.timestamp.type=LogAppendTime"));
  }

  @Test
  void compactedTopicMustBeInModeState() {
    Config compacted = config("cleanup.policy", "compact,delete");
    assertThat(demands.fault("orders", config("cleanup.policy", "delete"))).isEmpty();
    assertThat(demands.fault("orders", compacted))
        .contains(
            "topic 'orders' (namespaces.shop.topic) is compacted, which removes publications that mode log promises: set namespaces.shop.mode: state");
    assertThat(demands(state("shop", "orders")).fault("orders", compacted)).isEmpty();
    assertThat(demands.fault("dead", config("cleanup.policy", "compact"))).isEmpty();
  }

  @Test
  void topicWithTwoUsesIsRefused() {
    assertThatThrownBy(() -> demands(TopicBinding.of("a", "t"), TopicBinding.of("b", "t")))
        .isInstanceOf(BridgeStartException.class)
        .hasMessage(
            "topic 't' has two uses, namespaces.a.topic and namespaces.b.topic: each needs its own");
    assertThatThrownBy(() -> demands(TopicBinding.of("a", "control")))
        .hasMessageContaining("kafka.control-topic and namespaces.a.topic");
  }

  private static TopicDemands demands(TopicBinding... bindings) {
    return demands("", bindings);
  }

  private static TopicDemands demands(String sessionsTopic, TopicBinding... bindings) {
    KafkaSettings kafka =
        new KafkaSettings(
            "k:1",
            Map.of(),
            true,
            12,
            (short) 3,
            "control",
            "dead",
            "ledger",
            sessionsTopic,
            255,
            ByteSize.mib(16));
    PublishSettings publish =
        new PublishSettings(
            1,
            ByteSize.mib(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2));
    return new TopicDemands(kafka, publish, List.of(bindings));
  }

  private static TopicBinding state(String namespace, String topic) {
    return new TopicBinding(
        namespace,
        topic,
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.JSON,
        Optional.empty(),
        Tombstones.SKIP,
        Mode.STATE,
        false,
        Isolation.READ_COMMITTED);
  }

  private static TopicDescription topic(String name, int partitions, Set<AclOperation> rights) {
    Node node = new Node(1, "k", 1);
    List<TopicPartitionInfo> all =
        IntStream.range(0, partitions)
            .mapToObj(it -> new TopicPartitionInfo(it, node, List.of(node), List.of(node)))
            .toList();
    return new TopicDescription(name, false, all, rights, Uuid.randomUuid());
  }

  private static Config config(String name, String value) {
    return new Config(List.of(new ConfigEntry(name, value)));
  }
}
