package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a node knows that it has not seen itself: from the ledger, and by asking before it says no.
@Tag("full")
final class AcrossRestartsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<BrokerBridge> opened = new ArrayList<>();
  private final KafkaSettings kafka = SharedKafka.settings();
  private final Admin admin =
      Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()));

  @AfterEach
  void close() {
    opened.forEach(BrokerBridge::close);
    admin.close();
  }

  private BrokerBridge open(String topic) {
    BrokerBridge bridge = TestBridge.open(TopicBinding.of("default", topic), kafka).bridge;
    opened.add(bridge);
    return bridge;
  }

  private static int at(String key, int count) {
    return Partitioner.MURMUR2.partition(key, count);
  }

  private Uuid id(String topic) throws Exception {
    return description(topic).topicId();
  }

  private TopicDescription description(String topic) throws Exception {
    return Objects.requireNonNull(
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
  }

  private void grow(String topic, int count) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all().get();
    await().atMost(PATIENCE).until(() -> description(topic).partitions().size() == count);
  }

  private static boolean isOther(BrokerBridge bridge, String key, Epoch epoch) {
    ChannelName channel = new ChannelName("default", key);
    return bridge
        .plan(
            channel,
            new Position(epoch.toString(), 0),
            bridge.partition(channel).window(),
            ReplayLimits.OFF)
        .equals(new PositionPlan.Unrecoverable(PositionPlan.Reason.EPOCH));
  }

  private static void hear(BrokerBridge bridge, String key, Epoch epoch) throws Exception {
    bridge
        .hear(new ChannelName("default", key), new Position(epoch.toString(), 0))
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  /// A channel that would have moved with three partitions did not, since there never were three.
  @Test
  void aRestartedNodeKnowsWhichNumbersOfPartitionsThereWere() throws Exception {
    String topic = SharedKafka.freshTopic(2);
    BrokerBridge first = open(topic);
    grow(topic, 4);
    await().atMost(PATIENCE).until(() -> first.partitionCount() == 4);
    first.close();

    BrokerBridge restarted = open(topic);
    String key =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "k" + i)
            .filter(k -> at(k, 2) == at(k, 4) && at(k, 3) != at(k, 4))
            .findFirst()
            .orElseThrow();
    Epoch old = new Epoch(id(topic), at(key, 2), 2, 0);
    assertThat(isOther(restarted, key, old)).isFalse();
  }

  /// Nobody saw it grow: there may have been three for a while.
  @Test
  void aTopicThatGrewWhileNoNodeRanMayHaveGrownInSteps() throws Exception {
    String topic = SharedKafka.freshTopic(2);
    open(topic).close();
    grow(topic, 4);

    BrokerBridge restarted = open(topic);
    String moved =
        IntStream.range(0, 1_000)
            .mapToObj(i -> "k" + i)
            .filter(k -> at(k, 2) == at(k, 4) && at(k, 3) != at(k, 4))
            .findFirst()
            .orElseThrow();
    assertThat(isOther(restarted, moved, new Epoch(id(topic), at(moved, 2), 2, 0))).isTrue();
  }

  @Test
  void aTopicMadeAnewIsLookedForBeforeItsPositionsAreRefused() throws Exception {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(topic);
    admin.deleteTopics(List.of(topic)).all().get();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          SharedKafka.kafka().createTopic(topic, 1, Map.of());
          return true;
        });
    Epoch anew = new Epoch(id(topic), 0, 1, 0);
    hear(bridge, "k", anew);
    assertThat(isOther(bridge, "k", anew)).isFalse();
  }

  @Test
  void partitionsThatANodeHasNotHeardOfAreLookedForToo() throws Exception {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(topic);
    grow(topic, 2);
    String key = at("a", 2) == 1 ? "a" : "b";
    Epoch grown = new Epoch(id(topic), at(key, 2), 2, 0);
    hear(bridge, key, grown);
    assertThat(isOther(bridge, key, grown)).isFalse();
  }

  @Test
  void aTruncationThatOnlyTheLedgerKnowsOfIsTakenOverBeforeItsPositionsAreRefused()
      throws Exception {
    String topic = SharedKafka.freshTopic(1);
    SharedKafka.produce(
        List.of(
            new ProducerRecord<>(
                topic,
                "k".getBytes(StandardCharsets.UTF_8),
                "1".getBytes(StandardCharsets.UTF_8))));
    BrokerBridge bridge = open(topic);
    ChannelName channel = new ChannelName("default", "k");
    Epoch cut = new Epoch(id(topic), 0, 1, 5);
    assertThat(isOther(bridge, "k", cut)).isTrue();
    LedgerRecord record =
        new LedgerRecord.Log(
            id(topic), 0, new LogEntry(1, 5, 0, Lineage.of(List.of(new Cut(5, 1)))));
    SharedKafka.produce(
        List.of(new ProducerRecord<>(kafka.ledgerTopic(), record.key(), record.value())));
    hear(bridge, "k", cut);
    assertThat(isOther(bridge, "k", cut)).isFalse();
    assertThat(bridge.top(channel).position().epoch()).isEqualTo(cut.toString());
  }

  /// A client may say whatever it likes.
  @Test
  void anEpochThatNeverWasIsRefusedAfterOneLook() throws Exception {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(topic);
    Epoch invented = new Epoch(Uuid.randomUuid(), 0, 1, 0);
    hear(bridge, "k", invented);
    assertThat(isOther(bridge, "k", invented)).isTrue();
  }
}
