package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What is said of replicas and settings that a node takes as they are.
class TopicAdviceTest {
  private static final TopicBinding ORDERS = TopicBinding.of("shop", "orders");

  @Test
  void threeReplicasOfWhichTwoMustHaveItAreFine() {
    assertThat(advice(topic("orders", 3, 3), Map.of("min.insync.replicas", "2"))).isEmpty();
    assertThat(
            TopicAdvice.summary(
                "'orders'", topic("orders", 3, 3), config(Map.of("min.insync.replicas", "2"))))
        .isEqualTo("'orders': 2 partitions, 3 replicas, min.insync 2, delete");
  }

  @Test
  void replicasThatAreMissingAreToldByWhatComesOfIt() {
    assertThat(said(topic("orders", 3, 1), "2"))
        .contains("fewer than min.insync.replicas=2 in sync in partitions 0, 1: publishes fail");
    assertThat(said(topic("orders", 3, 2), "2")).contains("not in sync, of partitions 0, 1");
    assertThat(said(topic("orders", 3, 3), "1")).contains("may be on one disk only");
    assertThat(said(topic("orders", 3, 3), "3")).contains("fail while one broker is away");
    assertThat(said(topic("orders", 1, 1), "1")).contains("one replica on 3 brokers");
    assertThat(said(topic("orders", 1, 1), "2"))
        .contains("has 1 replicas, fewer than min.insync.replicas=2");
  }

  @Test
  void oneBrokerHasOneReplicaAndNobodyIsNagged() {
    assertThat(
            new TopicAdvice(settings(), 1, _ -> true)
                .of("'orders'", topic("orders", 1, 1), config(Map.of()), Optional.of(ORDERS)))
        .isEmpty();
  }

  @Test
  void partitionsWithoutALeaderAndTopicsWithoutAnIdAreErrors() {
    TopicPartitionInfo headless =
        new TopicPartitionInfo(4, Node.noNode(), List.of(node(1)), List.of());
    TopicDescription found =
        new TopicDescription("orders", false, List.of(headless), Set.of(), Uuid.ZERO_UUID);
    assertThat(advice(found, Map.of()))
        .filteredOn(it -> it.grade() == Remark.Grade.ERROR)
        .extracting(Remark::said)
        .anySatisfy(it -> assertThat(it).contains("has no id"))
        .anySatisfy(it -> assertThat(it).contains("no leader for partitions 4"));
  }

  @Test
  void settingsThatLoseOrRefuseRecordsAreWarnedAbout() {
    assertThat(warned(Map.of("unclean.leader.election.enable", "true")))
        .contains("may lose what was acknowledged");
    assertThat(warned(Map.of("max.message.bytes", "1000000")))
        .contains("below publish.max-payload: 2MiB");
    assertThat(warned(Map.of("max.message.bytes", "33554432")))
        .contains("kafka.fetch-bytes: 16MiB");
    assertThat(warned(Map.of("retention.ms", "60000")))
        .contains("keeps records for 60 s, less than window.age, 600 s");
  }

  @Test
  void whatNodesShareIsLookedAtToo() {
    Config config = config(Map.of("min.insync.replicas", "2"));
    TopicAdvice advice = new TopicAdvice(settings(), 3, _ -> true);
    assertThat(advice.of("'dead'", topic("dead", 3, 3), config, Optional.empty()))
        .singleElement()
        .satisfies(it -> assertThat(it.said()).contains("is not compacted"));
    Map<String, String> late =
        Map.of("min.insync.replicas", "2", "cleanup.policy", "compact", "segment.ms", "604800000");
    assertThat(advice.of("'ledger'", topic("ledger", 3, 3), config(late), Optional.empty()))
        .singleElement()
        .satisfies(it -> assertThat(it.fix()).endsWith("--add-config segment.ms=600000"));
  }

  private static String said(TopicDescription found, String minInSync) {
    List<Remark> remarks = advice(found, Map.of("min.insync.replicas", minInSync));
    assertThat(remarks).hasSize(1);
    return remarks.getFirst().said();
  }

  private static String warned(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("min.insync.replicas", "2");
    List<Remark> remarks = advice(topic("orders", 3, 3), all);
    assertThat(remarks).singleElement().extracting(Remark::grade).isEqualTo(Remark.Grade.WARNING);
    return remarks.getFirst().said();
  }

  private static List<Remark> advice(TopicDescription found, Map<String, String> settings) {
    return new TopicAdvice(settings(), 3, _ -> true)
        .of("'orders'", found, config(settings), Optional.of(ORDERS));
  }

  private static TopicDescription topic(String name, int replicas, int inSync) {
    List<Node> all = IntStream.rangeClosed(1, replicas).mapToObj(TopicAdviceTest::node).toList();
    List<TopicPartitionInfo> partitions =
        IntStream.range(0, 2)
            .mapToObj(it -> new TopicPartitionInfo(it, node(1), all, all.subList(0, inSync)))
            .toList();
    return new TopicDescription(name, false, partitions, Set.of(), Uuid.randomUuid());
  }

  private static Node node(int id) {
    return new Node(id, "k", id);
  }

  private static Config config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(Map.of("cleanup.policy", "delete"));
    all.putAll(settings);
    return new Config(
        all.entrySet().stream().map(it -> new ConfigEntry(it.getKey(), it.getValue())).toList());
  }

  private static BridgeSettings settings() {
    return new BridgeSettings(
        new KafkaSettings(
            "k:1",
            Map.of(),
            false,
            12,
            (short) 3,
            "control",
            "dead",
            "ledger",
            255,
            ByteSize.mib(16)),
        new WindowSettings(ByteSize.mib(128), Duration.ofMinutes(10), ByteSize.mib(8)),
        new PublishSettings(
            1,
            ByteSize.mib(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2)),
        new ReplaySettings(2),
        List.of(ORDERS));
  }
}
