package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private static final PublishSettings PUBLISH =
      new PublishSettings(
          1, ByteSize.mib(1), Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(2));

  private final String control = SharedKafka.freshName("control");
  private final String dead = SharedKafka.freshName("dead");
  private final String orders = SharedKafka.freshName("orders");
  private final TopicBinding binding = TopicBinding.of("shop", orders);
  private final List<Topics> toClose = new ArrayList<>();

  @AfterEach
  void close() {
    toClose.forEach(Topics::close);
  }

  @Test
  void missingTopicsAreCreatedWhereThatIsConfigured() throws Exception {
    TopicState state = topics(true).start(List.of(binding)).getFirst();
    assertThat(state.binding()).isEqualTo(binding);
    assertThat(state.partitions()).isEqualTo(3);
    assertThat(setting(control, "message.timestamp.type")).isEqualTo("LogAppendTime");
    assertThat(setting(control, "cleanup.policy")).isEqualTo("delete");
    assertThat(setting(control, "retention.ms")).isEqualTo("600000");
    assertThat(setting(dead, "cleanup.policy")).isEqualTo("compact");
    assertThat(setting(orders, "max.message.bytes"))
        .isEqualTo(Integer.toString((1 << 20) + ClientProperties.RECORD_OVERHEAD));
    assertThat(topics(false).start(List.of(binding))).containsExactly(state);
  }

  @Test
  void missingTopicsAreNamedWhereTheyAreNotToBeCreated() {
    assertThatThrownBy(() -> topics(false).start(List.of(binding)))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("topic '" + orders + "' (namespaces.shop.topic)")
        .hasMessageContaining("topic '" + control + "' (kafka.control-topic)")
        .hasMessageContaining("kafka.create-topics: true");
  }

  /// As after an answer that it could not read: its thread has ended.
  @Test
  void clientThatRefusesEverythingIsReplaced() throws Exception {
    SharedKafka.kafka().createTopic(orders, 3, Map.of());
    KafkaSettings settings = SharedKafka.settings(control, dead);
    Topics topics =
        new Topics(settings, PUBLISH, new ClientProperties(settings, "n1"), Duration.ofSeconds(1));
    toClose.add(topics);
    Admin first = topics.admin();
    first.close(Duration.ZERO);
    topics.renewIfMute();
    assertThat(topics.admin()).as("it has not been so for long").isSameAs(first);
    await()
        .ignoreExceptions()
        .until(
            () -> {
              topics.renewIfMute();
              return topics.describe(binding).toCompletableFuture().get(1, TimeUnit.SECONDS);
            },
            Optional::isPresent);
    assertThat(topics.admin()).isNotSameAs(first);
  }

  @Test
  void existingTopicIsTakenAsItIs() {
    SharedKafka.kafka().createTopic(orders, 7, Map.of());
    assertThat(topics(true).start(List.of(binding)).getFirst().partitions()).isEqualTo(7);
  }

  @Test
  void compactedTopicInModeLogIsRefused() {
    SharedKafka.kafka().createTopic(orders, 1, Map.of("cleanup.policy", "compact"));
    assertThatThrownBy(() -> topics(true).start(List.of(binding)))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining(orders)
        .hasMessageContaining("namespaces.shop.mode: state");
  }

  @Test
  void controlTopicThatCannotCarryHeartbeatsIsRefused() {
    SharedKafka.kafka().createTopic(control, 1, Map.of());
    assertThatThrownBy(() -> topics(true).start(List.of(binding)))
        .hasMessageContaining(control)
        .hasMessageContaining("message.timestamp.type=LogAppendTime");
  }

  @Test
  void replicationFactorThatCannotBeNamesItsKey() {
    KafkaSettings settings =
        new KafkaSettings(
            SharedKafka.kafka().bootstrapServers(),
            Map.of(),
            true,
            3,
            (short) 3,
            control,
            dead,
            dead + "-ledger",
            255,
            ByteSize.mib(16));
    assertThatThrownBy(() -> topics(settings).start(List.of(binding)))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("kafka.replication-factor is 3");
  }

  @Test
  void nameThatCannotBeATopicsIsNamed() {
    assertThatThrownBy(() -> topics(true).start(List.of(TopicBinding.of("shop", "a b"))))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("topic 'a b' (namespaces.shop.topic)");
  }

  @Test
  void kafkaThatDoesNotAnswerIsNamedInBoundedTime() {
    long began = System.nanoTime();
    assertThatThrownBy(() -> topics(at("127.0.0.1:1", Map.of())).start(List.of(binding)))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("does not answer within 2 s")
        .hasMessageContaining("kafka.bootstrap-servers: 127.0.0.1:1");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
  }

  @Test
  void addressThatIsNoneIsNamed() {
    for (String address : List.of("no-port", "no.such.host.invalid:9092")) {
      assertThatThrownBy(() -> topics(at(address, Map.of())).start(List.of(binding)))
          .isInstanceOf(BridgeStartException.class)
          .hasMessageContaining("kafka.bootstrap-servers")
          .hasMessageContaining(address);
    }
  }

  @Test
  void propertyThatIsNoneIsNamed() {
    assertThatThrownBy(() ->
            topics(
                at(
                    SharedKafka.kafka().bootstrapServers(),
                    Map.of("security.protocol", "CARRIER_PIGEON"))))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("kafka.properties")
        .hasMessageContaining("CARRIER_PIGEON");
  }

  @Test
  void topicIsSeenToGrowToVanishAndToBeAnotherOne() throws Exception {
    Topics topics = topics(true);
    TopicState before = topics.start(List.of(binding)).getFirst();
    assertThat(now(topics.describe(binding))).contains(before);
    TopicBinding other = TopicBinding.of("other", SharedKafka.freshName("nowhere"));
    assertThat(now(topics.describe(other))).isEmpty();
    assertThat(now(topics.describe(List.of(binding, other)))).isEqualTo(Map.of(binding, before));
    try (Admin admin = admin()) {
      admin.createPartitions(Map.of(orders, NewPartitions.increaseTo(5))).all().get();
      await()
          .until(
              () -> now(topics.describe(binding)),
              Optional.of(new TopicState(binding, before.id(), 5))::equals);
      admin.deleteTopics(List.of(orders)).all().get();
    }
    await().until(() -> now(topics.describe(binding)).isEmpty());
    SharedKafka.kafka().createTopic(orders, 5, Map.of());
    assertThat(now(topics.describe(binding)).orElseThrow().id()).isNotEqualTo(before.id());
  }

  @Test
  void lookAtTopicsFailsInBoundedTimeWhenKafkaDoesNotAnswer() {
    Topics topics = topics(at("127.0.0.1:1", Map.of()));
    assertThatThrownBy(() -> now(topics.describe(binding)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
  }

  private static <T> T now(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(Topics.LOOK.toSeconds() + 2, TimeUnit.SECONDS);
  }

  private static String setting(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      Config config =
          admin.describeConfigs(List.of(resource)).all().get().values().iterator().next();
      return config.get(name).value();
    }
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()));
  }

  private Topics topics(boolean create) {
    KafkaSettings it = SharedKafka.settings(control, dead);
    return topics(
        new KafkaSettings(
            it.bootstrapServers(),
            Map.of(),
            create,
            3,
            (short) -1,
            control,
            dead,
            dead + "-ledger",
            255,
            ByteSize.mib(16)));
  }

  private KafkaSettings at(String bootstrapServers, Map<String, String> properties) {
    return new KafkaSettings(
        bootstrapServers,
        properties,
        true,
        3,
        (short) -1,
        control,
        dead,
        dead + "-ledger",
        255,
        ByteSize.mib(16));
  }

  private Topics topics(KafkaSettings settings) {
    Duration limit =
        settings.bootstrapServers().equals(SharedKafka.kafka().bootstrapServers())
            ? Topics.START
            : Duration.ofSeconds(2);
    Topics topics = new Topics(settings, PUBLISH, new ClientProperties(settings, "n1"), limit);
    toClose.add(topics);
    return topics;
  }
}
