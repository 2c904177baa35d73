package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.PositionPlan.Reason;
import io.sluice.embedded.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// An unclean election on three real brokers: each topic's replica on broker 2 has 1,000 records,
/// the one on broker 1, which leads, 1,500; broker 1 dies, broker 2 becomes the leader and takes
/// 800 others. Kafka says nothing of it to whoever begins to read afterwards.
@Tag("full")
@Timeout(180)
final class TruncationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String OLD = "1";
  private static final String NEW = "2";
  private static final int KEPT = 1_000;
  private static final int READ = 1_500;
  private static final int NOW = 1_800;
  private static final ReplayLimits LIMITS = new ReplayLimits(100_000, ByteSize.mib(64));

  /// A node runs all the time.
  private static final String WATCHED = "watched";

  /// The node is stopped before, and started afterwards.
  private static final String STOPPED = "stopped";

  /// The node is killed before, long after it wrote down up to where it had read.
  private static final String KILLED = "killed";

  /// No node ran, and the election was a clean one.
  private static final String WHOLE = "whole";

  private static final List<String> CUT = List.of(WATCHED, STOPPED, KILLED);

  private static EmbeddedKafka kafka;
  private static Admin admin;
  private static final List<TestBridge> opened = new ArrayList<>();
  private static final AtomicReference<TestBridge> watching = new AtomicReference<>();

  /// Under which clients were told of 1,500 records.
  private static final Map<String, String> epochs = new HashMap<>();

  @BeforeAll
  static void truncate() throws Exception {
    kafka = EmbeddedKafka.builder().nodes(3).start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    for (String topic : CUT) {
      create(topic);
    }
    create(WHOLE);
    CUT.forEach(topic -> produce(topic, OLD, KEPT));
    produce(WHOLE, OLD, READ);
    kafka.stopNode(2);
    CUT.forEach(topic -> produce(topic, OLD, READ - KEPT));
    for (String topic : List.of(WATCHED, STOPPED, KILLED, WHOLE)) {
      TestBridge bridge = open(topic);
      await().atMost(PATIENCE).until(() -> bridge.window().tail() == READ);
      epochs.put(topic, bridge.window().epoch());
      if (topic.equals(WATCHED)) {
        watching.set(bridge);
      } else {
        bridge.close();
      }
    }
    forget(KILLED, 900);

    kafka.stopNode(1);
    kafka.startNode(2);
    elect();
    CUT.forEach(topic -> produce(topic, NEW, NOW - KEPT));
    kafka.startNode(1);
  }

  @AfterAll
  static void close() {
    opened.forEach(TestBridge::close);
    admin.close();
    kafka.close();
  }

  private static void create(String topic) throws Exception {
    NewTopic fresh =
        new NewTopic(topic, Map.of(0, topic.equals(WHOLE) ? List.of(1, 3) : List.of(1, 2)));
    fresh.configs(Map.of("min.insync.replicas", "1"));
    admin.createTopics(List.of(fresh)).all().get();
  }

  private static void produce(String topic, String value, int count) {
    Map<String, Object> properties =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.block.ms", 60_000);
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        sent.add(producer.send(new ProducerRecord<>(topic, bytes("k"), bytes(value))));
      }
      for (var one : sent) {
        one.get(60, TimeUnit.SECONDS);
      }
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static TestBridge open(String topic) {
    KafkaSettings settings =
        new KafkaSettings(
            kafka.bootstrapServers(),
            Map.of(),
            true,
            1,
            (short) 3,
            topic + "-control",
            topic + "-dead",
            topic + "-ledger",
            255,
            ByteSize.mib(16));
    TestBridge bridge = TestBridge.open(TopicBinding.of("default", topic), settings);
    opened.add(bridge);
    return bridge;
  }

  /// The ledger of a node that was killed says less than clients were told.
  private static void forget(String topic, long next) throws Exception {
    Uuid id =
        Objects.requireNonNull(
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))
            .topicId();
    LedgerRecord record =
        new LedgerRecord.Log(id, 0, new LogEntry(next, leadership(topic), 0, Lineage.WHOLE));
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic + "-ledger", record.key(), record.value()))
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static int leadership(String topic) throws Exception {
    return new LogBounds(() -> admin, new BridgeMetrics(new SimpleMeterRegistry()))
        .endOf(new TopicPartition(topic, 0))
        .toCompletableFuture()
        .get()
        .leadership();
  }

  private static void elect() {
    Set<TopicPartition> cut =
        Set.copyOf(CUT.stream().map(topic -> new TopicPartition(topic, 0)).toList());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          try {
            admin.electLeaders(ElectionType.UNCLEAN, cut).all().get(10, TimeUnit.SECONDS);
          } catch (ExecutionException e) {
            return e.getCause() instanceof ElectionNotNeededException; // elected by itself
          }
          return true;
        });
  }

  private static String before(String topic) {
    return Objects.requireNonNull(epochs.get(topic));
  }

  private static PositionPlan plan(TestBridge bridge, String epoch, long offset) {
    return bridge.bridge.plan(
        TestBridge.channel("k"), new Position(epoch, offset), bridge.window(), LIMITS);
  }

  private static boolean isGood(PositionPlan plan) {
    return switch (plan) {
      case PositionPlan.FromWindow _, PositionPlan.FromKafka _, PositionPlan.NothingMissed _ ->
          true;
      case PositionPlan.Ahead _, PositionPlan.Unrecoverable _ -> false;
    };
  }

  private static void assertJudgesRightly(TestBridge bridge, String topic) {
    String old = before(topic);
    assertThat(bridge.window().epoch()).isNotEqualTo(old);
    assertThat(isGood(plan(bridge, old, KEPT - 1))).isTrue();
    assertThat(isGood(plan(bridge, old, KEPT))).isTrue();
    assertThat(plan(bridge, old, KEPT + 1)).isEqualTo(new PositionPlan.Unrecoverable(Reason.EPOCH));
    assertThat(plan(bridge, old, READ)).isEqualTo(new PositionPlan.Unrecoverable(Reason.EPOCH));
    assertThat(isGood(plan(bridge, bridge.window().epoch(), READ))).isTrue();
  }

  private static List<String> values(Window window, long from) {
    return Arrays.stream(window.channel("k", from, window.tail(), NOW))
        .mapToObj(offset -> window.at(offset).orElseThrow().data().orElseThrow())
        .map(data -> new String(data, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aNodeThatRunsGoesOnWhereTheLogBroke() {
    await().atMost(PATIENCE).until(() -> watching.get().window().tail() == NOW);
    assertThat(watching.get().window().floor()).isEqualTo(KEPT);
    assertThat(values(watching.get().window(), KEPT)).hasSize(NOW - KEPT).containsOnly(NEW);
    assertThat(watching.get().replaced).hasSize(1);
    assertJudgesRightly(watching.get(), WATCHED);
  }

  /// It has not seen the truncation, and is told the same positions by clients.
  @Test
  void aNodeThatStartsLaterAgreesWithTheOneThatSawIt() {
    await().atMost(PATIENCE).until(() -> watching.get().window().tail() == NOW);
    TestBridge later = open(WATCHED);
    await().atMost(PATIENCE).until(() -> later.window().tail() == NOW);
    assertThat(later.window().epoch()).isEqualTo(watching.get().window().epoch());
    assertJudgesRightly(later, WATCHED);
    assertThat(watching.get().window().identity().lineage())
        .isEqualTo(later.window().identity().lineage());
  }

  @Test
  void whatWasTruncatedWhileNoNodeRanIsKnownAtStart() {
    TestBridge later = open(STOPPED);
    await().atMost(PATIENCE).until(() -> later.window().tail() == NOW);
    assertJudgesRightly(later, STOPPED);
    assertThat(values(later.window(), 0)).hasSize(NOW).startsWith(OLD).endsWith(NEW);
  }

  /// What a node had read up to when it last wrote it down is there still, but not what clients
  /// were told later.
  @Test
  void soIsWhatWasReadAfterAKilledNodeHadLastWrittenItDown() {
    TestBridge later = open(KILLED);
    await().atMost(PATIENCE).until(() -> later.window().tail() == NOW);
    assertJudgesRightly(later, KILLED);
  }

  @Test
  void aCleanElectionWhileNoNodeRanCostsNoClientItsPosition() throws Exception {
    produce(WHOLE, NEW, 10);
    TestBridge later = open(WHOLE);
    await().atMost(PATIENCE).until(() -> later.window().tail() == READ + 10);
    assertThat(leadership(WHOLE)).isPositive();
    assertThat(isGood(plan(later, before(WHOLE), READ))).isTrue();
    assertThat(isGood(plan(later, before(WHOLE), 1))).isTrue();
  }
}
