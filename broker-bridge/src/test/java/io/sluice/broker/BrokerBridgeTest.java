package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tailing on a real broker.
final class BrokerBridgeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private static final PublishSettings PUBLISH =
      new PublishSettings(
          1_000,
          ByteSize.mib(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5));

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Told told = new Told();
  private final List<BrokerBridge> opened = new ArrayList<>();

  /// What a listener was told.
  private static final class Told implements TailListener {
    final List<Long> appended = new CopyOnWriteArrayList<>();
    final List<Window> replaced = new CopyOnWriteArrayList<>();
    final List<Integer> counts = new CopyOnWriteArrayList<>();

    @Override
    public void appended(TailedPartition partition, Window window, long from, long to) {
      appended.add(from);
    }

    @Override
    public void replaced(TailedPartition partition, Window old) {
      replaced.add(old);
    }

    @Override
    public void repartitioned(TopicBinding binding, int before, int now) {
      counts.add(now);
    }
  }

  @AfterEach
  void close() {
    opened.forEach(BrokerBridge::close);
  }

  private BrokerBridge open(TopicBinding... bindings) {
    BridgeSettings settings =
        new BridgeSettings(
            SharedKafka.settings(),
            new WindowSettings(ByteSize.mib(16), Duration.ofMinutes(10), ByteSize.mib(8)),
            PUBLISH,
            new ReplaySettings(1),
            List.of(bindings));
    BrokerBridge bridge = BrokerBridge.open(settings, "test", told, registry);
    opened.add(bridge);
    return bridge;
  }

  private static PositionPlan plan(BrokerBridge bridge, ChannelName channel, Position position) {
    Window window = bridge.partition(channel).window();
    return bridge.plan(channel, position, window, ReplayLimits.OFF);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value) {
    return new ProducerRecord<>(topic, bytes(key), bytes(value));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String data(Publication publication) {
    return new String(publication.data().orElseThrow(), StandardCharsets.UTF_8);
  }

  private static List<String> channel(BrokerBridge bridge, String key) {
    Window window = bridge.partition(new ChannelName("default", key)).window();
    List<String> all = new ArrayList<>();
    for (long offset : window.channel(key, 0, window.tail(), 1_000)) {
      window.at(offset).ifPresent(p -> all.add(data(p)));
    }
    return all;
  }

  private double count(String name, String... tags) {
    return registry.find(name).tags(tags).counters().stream().mapToDouble(c -> c.count()).sum();
  }

  @Test
  void whatWasProducedBeforeTheStartIsInTheWindowOfAReadyNode() {
    String topic = SharedKafka.freshTopic(3);
    SharedKafka.produce(
        List.of(record(topic, "a", "1"), record(topic, "b", "2"), record(topic, "a", "3")));
    BrokerBridge bridge = open(TopicBinding.of("default", topic));

    await().atMost(PATIENCE).until(bridge::caughtUp);

    assertThat(channel(bridge, "a")).containsExactly("1", "3");
    assertThat(channel(bridge, "b")).containsExactly("2");
  }

  @Test
  void aPublishIsReadBackAtThePositionItWasAcknowledgedWith() throws Exception {
    String topic = SharedKafka.freshTopic(3);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    ChannelName channel = new ChannelName("default", "a");

    PublishOutcome outcome =
        bridge
            .publish(channel, bytes("1"), Map.of(), Optional.empty(), Optional.empty())
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);

    Position position = ((PublishOutcome.Acknowledged) outcome).position();
    Window window = bridge.partition(channel).window();
    await().atMost(PATIENCE).until(() -> window.tail() >= position.offset());
    assertThat(window.epoch()).isEqualTo(position.epoch());
    assertThat(window.at(position.offset() - 1).orElseThrow().offset())
        .isEqualTo(position.offset());
    assertThat(bridge.plan(channel, position, window, ReplayLimits.OFF))
        .isEqualTo(new PositionPlan.NothingMissed(position.offset()));
  }

  @Test
  @Tag("full")
  void aPartitionAddedWhileRunningIsReadFromItsBeginningAndMovedChannelsAreTold() throws Exception {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    String before = bridge.partition(new ChannelName("default", "a")).window().epoch();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get();
      await()
          .atMost(PATIENCE)
          .until(() ->
              admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                  .allMatch(d -> d.partitions().size() == 4));
    }
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      records.add(record(topic, "k" + i, "1"));
    }
    SharedKafka.produce(records); // at once: before or after the node has noticed

    await().atMost(PATIENCE).until(() -> told.counts.contains(4));
    for (int i = 0; i < 40; i++) {
      String key = "k" + i;
      await().atMost(PATIENCE).until(() -> channel(bridge, key).equals(List.of("1")));
    }
    assertThat(count("sluice.dead.letters")).isZero();
    for (int i = 0; i < 40; i++) {
      ChannelName channel = new ChannelName("default", "k" + i);
      boolean moved = bridge.partition(channel).partition() != 0;
      assertThat(plan(bridge, channel, new Position(before, 0)))
          .as("the old epoch stays good exactly for channels that have not moved")
          .isEqualTo(
              moved
                  ? new PositionPlan.Unrecoverable(PositionPlan.Reason.EPOCH)
                  : new PositionPlan.FromWindow(0));
    }
  }

  @Test
  void aTopicDeletedAndCreatedAgainIsAnotherLogEvenWhenItIsLonger() throws Exception {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    SharedKafka.produce(List.of(record(topic, "a", "1")));
    ChannelName channel = new ChannelName("default", "a");
    await().atMost(PATIENCE).until(() -> channel(bridge, "a").equals(List.of("1")));
    Position old = new Position(bridge.partition(channel).window().epoch(), 1);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
      await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(topic));
    }
    SharedKafka.kafka().createTopic(topic, 1, Map.of());
    SharedKafka.produce(
        List.of(record(topic, "a", "10"), record(topic, "a", "11"), record(topic, "a", "12")));

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(channel(bridge, "a")).containsExactly("10", "11", "12"));
    assertThat(told.replaced).isNotEmpty();
    assertThat(plan(bridge, channel, old))
        .isEqualTo(new PositionPlan.Unrecoverable(PositionPlan.Reason.EPOCH));
  }

  @Test
  void recordsDeletedUnderAReadersFeetDoNotStopIt() throws Exception {
    String topic = SharedKafka.freshTopic(1);
    SharedKafka.produce(List.of(record(topic, "a", "1"), record(topic, "a", "2")));
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(2)))
          .all()
          .get();
    }
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    SharedKafka.produce(List.of(record(topic, "a", "3")));

    await().atMost(PATIENCE).until(() -> channel(bridge, "a").equals(List.of("3")));
    assertThat(
            plan(
                bridge,
                new ChannelName("default", "a"),
                new Position(
                    bridge.partition(new ChannelName("default", "a")).window().epoch(), 0)))
        .isEqualTo(new PositionPlan.Unrecoverable(PositionPlan.Reason.BELOW_WINDOW));
  }

  @Test
  void abortedRecordsAreNotSeenAndTheTailPassesTheMarkers() {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                SharedKafka.kafka().bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                topic),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var _ = producer.send(record(topic, "a", "aborted"));
      producer.flush(); // else it would never be sent
      producer.abortTransaction();
      producer.beginTransaction();
      var _ = producer.send(record(topic, "a", "1"));
      producer.commitTransaction();
    }
    Window window = bridge.partition(new ChannelName("default", "a")).window();

    // two records and two markers
    await().atMost(PATIENCE).until(() -> window.tail() == 4);
    assertThat(channel(bridge, "a")).containsExactly("1");
  }

  @Test
  void aBadRecordNeverStopsItsPartition() {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    SharedKafka.produce(
        List.of(
            new ProducerRecord<>(topic, 0, null, bytes("no key")),
            new ProducerRecord<>(topic, 0, new byte[] {(byte) 0xff}, bytes("no text")),
            new ProducerRecord<>(topic, 0, bytes("x".repeat(300)), bytes("too long")),
            new ProducerRecord<>(topic, 0, bytes("a:b"), bytes("a colon")),
            new ProducerRecord<>(topic, 0, bytes("a"), null),
            record(topic, "a", "1")));

    await().atMost(PATIENCE).until(() -> channel(bridge, "a").equals(List.of("1")));
    assertThat(count("sluice.dead.letters", "reason", "no-key")).isEqualTo(1);
    assertThat(count("sluice.dead.letters", "reason", "bad-key")).isEqualTo(3);
    // by a node that has not joined the others yet
    await().atMost(PATIENCE).until(() -> count("sluice.dead.letters.written") == 4);
  }

  /// Of many nodes that start one after the other, too: nothing is new.
  @Test
  void aDeadLetterFromBeforeTheStartIsAsOldAsItsRecordAndALaterOneIsNew() {
    String topic = SharedKafka.freshTopic(1);
    long minutesAgo = System.currentTimeMillis() - 300_000;
    ProducerRecord<byte[], byte[]> keyless =
        new ProducerRecord<>(topic, 0, minutesAgo, null, bytes("no key"));
    SharedKafka.produce(List.of(keyless));
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    await().atMost(PATIENCE).until(bridge::caughtUp);
    await().atMost(PATIENCE).until(() -> count("sluice.dead.letters", "reason", "no-key") == 1);
    assertThat(newestNoKey()).isEqualTo(Math.floor(minutesAgo / 1e3));

    SharedKafka.produce(List.of(keyless));
    await().atMost(PATIENCE).until(() -> count("sluice.dead.letters", "reason", "no-key") == 2);
    assertThat(newestNoKey()).isGreaterThan(minutesAgo / 1e3 + 299);
  }

  private double newestNoKey() {
    return registry.get("sluice.dead.letters.newest").tag("reason", "no-key").gauge().value();
  }

  @Test
  void propertiesThatAreNoClientsAreToldInOneLine() {
    KafkaSettings good = SharedKafka.settings();
    for (String property : List.of("batch.size", "max.poll.records", "retry.backoff.ms")) {
      KafkaSettings bad =
          new KafkaSettings(
              good.bootstrapServers(),
              Map.of(property, "soon"),
              true,
              1,
              (short) -1,
              good.controlTopic(),
              good.deadLetterTopic(),
              good.ledgerTopic(),
              255,
              ByteSize.mib(16));
      BridgeSettings settings =
          new BridgeSettings(
              bad,
              new WindowSettings(ByteSize.mib(16), Duration.ofMinutes(10), ByteSize.mib(8)),
              PUBLISH,
              new ReplaySettings(1),
              List.of(TopicBinding.of("default", SharedKafka.freshTopic(1))));
      assertThatThrownBy(() -> BrokerBridge.open(settings, "test", told, registry))
          .isInstanceOf(BridgeStartException.class)
          .hasMessageContainingAll("kafka.properties", property, "soon")
          .message()
          .hasLineCount(1);
    }
  }

  @Test
  void aRecordInTheWrongPartitionIsNotDelivered() {
    String topic = SharedKafka.freshTopic(4);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    int right = bridge.partition(new ChannelName("default", "a")).partition();
    SharedKafka.produce(
        List.of(
            new ProducerRecord<>(topic, (right + 1) % 4, bytes("a"), bytes("wrong")),
            new ProducerRecord<>(topic, right, bytes("a"), bytes("1"))));

    await().atMost(PATIENCE).until(() -> channel(bridge, "a").equals(List.of("1")));
    await().atMost(PATIENCE).until(() -> count("sluice.dead.letters", "reason", "misplaced") == 1);
  }

  @Test
  void aBrokerThatWasAwayIsReadOnAtTheNextOffset() {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(TopicBinding.of("default", topic));
    SharedKafka.produce(List.of(record(topic, "a", "1")));
    await().atMost(PATIENCE).until(() -> channel(bridge, "a").equals(List.of("1")));

    SharedKafka.kafka().stop();
    SharedKafka.kafka().start();
    SharedKafka.produce(List.of(record(topic, "a", "2")));

    await().atMost(PATIENCE).until(() -> channel(bridge, "a").equals(List.of("1", "2")));
    assertThat(told.replaced).isEmpty();
  }
}
