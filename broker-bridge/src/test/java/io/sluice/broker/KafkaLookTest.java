package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// What a look at a real broker says, of topics that are fine and of each that is not.
class KafkaLookTest {
  private static final ReplayLimits REPLAY = new ReplayLimits(100_000, ByteSize.mib(64));

  private final String control =
      SharedKafka.freshTopic(1, Map.of("message.timestamp.type", "LogAppendTime"));
  private final String dead = SharedKafka.freshTopic(1, Map.of("cleanup.policy", "compact"));
  private final String ledger =
      SharedKafka.freshTopic(1, Map.of("cleanup.policy", "compact", "segment.ms", "600000"));

  @Test
  void whatIsFineIsALineEach() {
    String orders = SharedKafka.freshTopic(3);
    produce(orders, 50, i -> murmur2(i, 3));
    try (KafkaLook look = KafkaLook.open(settings(false, orders))) {
      assertThat(look.brokers().said()).startsWith("1 broker, cluster ");
      assertThat(look.partitions()).isEqualTo(3);
      assertThat(look.topics(_ -> true))
          .allSatisfy(it -> assertThat(it.grade()).isEqualTo(Remark.Grade.OK))
          .extracting(Remark::said)
          .anySatisfy(it ->
              assertThat(it)
                  .isEqualTo(
                      "'%s' (namespaces.shop.topic): 3 partitions, 1 replicas, min.insync 1, delete"
                          .formatted(orders)))
          .hasSize(4);
      assertThat(look.rights(_ -> true))
          .containsExactly(
              Remark.ok("the brokers have no authorizer: everybody may do everything"));
      assertThat(look.keys())
          .singleElement()
          .satisfies(it -> assertThat(it.grade()).isEqualTo(Remark.Grade.OK))
          .satisfies(it -> assertThat(it.said()).contains("the newest 50 records are delivered"));
      assertThat(look.logs(Map.of("shop", REPLAY)))
          .singleElement()
          .satisfies(it -> assertThat(it.grade()).isEqualTo(Remark.Grade.OK))
          .satisfies(it -> assertThat(it.said()).contains("(100000 records of its partition)"));
    }
  }

  @Test
  void aCompactedTopicAndMissingOnesAreErrorsWithTheirFix() {
    String compacted = SharedKafka.freshTopic(2, Map.of("cleanup.policy", "compact"));
    try (KafkaLook look = KafkaLook.open(settings(false, compacted))) {
      assertThat(errors(look.topics(_ -> false)))
          .singleElement()
          .satisfies(it ->
              assertThat(it.said())
                  .contains(compacted, "is compacted", "set namespaces.shop.mode: state"));
    }
    String nowhere = SharedKafka.freshName("nowhere");
    try (KafkaLook look = KafkaLook.open(settings(false, nowhere))) {
      assertThat(errors(look.topics(_ -> false)))
          .containsExactly(
              Remark.error(
                  "topic '%s' (namespaces.shop.topic) is not there".formatted(nowhere),
                  "create it, or set kafka.create-topics: true"));
      assertThat(look.keys()).isEmpty();
      assertThat(look.partitions()).isZero();
    }
  }

  @Test
  void aTopicThatKafkaDoesNotDescribeIsAnErrorWithTheCommandThatLooksCloser() {
    String none = "no name";
    try (KafkaLook look = KafkaLook.open(settings(false, none))) {
      assertThat(errors(look.topics(_ -> false)))
          .singleElement()
          .satisfies(
              it -> assertThat(it.said()).startsWith("topic 'no name' (namespaces.shop.topic): "))
          .satisfies(it ->
              assertThat(it.fix())
                  .startsWith("correct its name in the configuration, or ")
                  .contains(
                      "kafka-topics.sh --bootstrap-server %s --describe --topic 'no name'"
                          .formatted(SharedKafka.kafka().bootstrapServers())));
    }
  }

  @Test
  void whatTheFirstNodeWillMakeIsAskedForAndNotMade() throws Exception {
    String later = SharedKafka.freshName("later");
    try (KafkaLook look = KafkaLook.open(settings(true, later))) {
      assertThat(look.topics(_ -> false))
          .contains(
              Remark.ok(
                  "'%s' (namespaces.shop.topic) is not there yet: the first node makes it with 3 partitions"
                      .formatted(later)));
    }
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      assertThat(admin.listTopics().names().get()).doesNotContain(later);
    }
  }

  @Test
  void recordsOfAnotherPartitionerAreAnErrorThatNamesTheLine() {
    String orders = SharedKafka.freshTopic(12);
    produce(orders, 200, i -> Partitioner.CRC32.partition("k" + i, 12));
    try (KafkaLook look = KafkaLook.open(settings(false, orders))) {
      assertThat(look.keys())
          .singleElement()
          .satisfies(it -> assertThat(it.grade()).isEqualTo(Remark.Grade.ERROR))
          .satisfies(
              it -> assertThat(it.fix()).startsWith("set namespaces.shop.partitioner: crc32"));
    }
  }

  @Test
  void theLedgerKnowsThatATopicHadFewerPartitions() throws Exception {
    String orders = SharedKafka.freshTopic(5);
    produce(orders, 60, i -> murmur2(i, 2)); // as if there had been two
    try (KafkaLook look = KafkaLook.open(settings(false, orders))) {
      assertThat(look.keys()).extracting(Remark::grade).containsExactly(Remark.Grade.ERROR);
    }
    LedgerRecord counts =
        new LedgerRecord.Counts(
            id(orders), new PartitionCounts(new TreeSet<>(List.of(2, 5)), new TreeSet<>()));
    SharedKafka.produce(List.of(new ProducerRecord<>(ledger, counts.key(), counts.value())));
    try (KafkaLook look = KafkaLook.open(settings(false, orders))) {
      assertThat(look.keys()).extracting(Remark::grade).containsExactly(Remark.Grade.OK);
    }
  }

  @Test
  void aPartitionWithMoreThanMayBeReadAgainIsAWarning() {
    String orders = SharedKafka.freshTopic(1);
    produce(orders, 40, _ -> 0);
    try (KafkaLook look = KafkaLook.open(settings(false, orders))) {
      assertThat(look.logs(Map.of("shop", new ReplayLimits(10, ByteSize.mib(64)))))
          .containsExactly(
              Remark.warning(
                  "namespaces.shop: who is away for more than 2 min may have lost publications (10 records of its partition)",
                  "raise namespaces.shop.replay.max-scan: 10"));
    }
  }

  @Test
  void aTransactionThatWasLeftOpenIsNamedWithTheCommandThatEndsIt() {
    String orders = SharedKafka.freshTopic(1);
    BridgeSettings settings = settings(false, orders);
    ClientProperties clients = new ClientProperties(settings.kafka(), "n1");
    TopicPartition partition = new TopicPartition(orders, 0);
    produce(orders, 3, _ -> 0);
    try (Producer<byte[], byte[]> producer = transactional(orders);
        Topics topics = new Topics(settings.kafka(), settings.publish(), clients, KafkaLook.WAIT)) {
      producer.beginTransaction();
      var _ = producer.send(new ProducerRecord<>(orders, 0, null, utf8("{}")));
      producer.flush();
      LogLook logs = new LogLook(settings, topics, 5_000);
      long now = System.currentTimeMillis();
      var found = logs.logs(List.of(partition), now);
      assertThat(found).containsKey(partition);
      assertThat(found.values()).allSatisfy(it -> assertThat(it.held()).isEqualTo(1));
      assertThat(logs.transactions(found, now)).isEmpty(); // something was written just now
      assertThat(logs.transactions(found, now + Duration.ofMinutes(3).toMillis()))
          .singleElement()
          .satisfies(it -> assertThat(it.said()).contains(orders, "partition 0", "1 records"))
          .satisfies(it ->
              assertThat(it.fix())
                  .contains("abort --topic " + orders + " --partition 0 --start-offset 3"));
      producer.abortTransaction();
    }
  }

  @Test
  void theBrokersClockIsSeenByHeartbeatsAndNotWithoutThem() throws Exception {
    String orders = SharedKafka.freshTopic(1);
    try (KafkaLook look = KafkaLook.open(settings(false, orders))) {
      assertThat(look.clockAhead()).isEmpty();
      AtomicBoolean done = new AtomicBoolean();
      Thread beating =
          Thread.ofVirtual()
              .start(() -> {
                while (!done.get()) {
                  SharedKafka.produce(List.of(new ProducerRecord<>(control, utf8("x"))));
                }
              });
      Optional<Duration> ahead = look.clockAhead();
      done.set(true);
      beating.join();
      assertThat(ahead.orElseThrow().abs()).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void kafkaThatIsAwayIsOneErrorWithinItsLimit() {
    KafkaSettings away = kafka(false, "127.0.0.1:1");
    long began = System.nanoTime();
    assertThatThrownBy(() -> KafkaLook.open(settings(away, "orders")))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("Kafka does not answer within 5 s")
        .hasMessageContaining("127.0.0.1:1");
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(10);
  }

  private static List<Remark> errors(List<Remark> remarks) {
    return remarks.stream().filter(it -> it.grade() == Remark.Grade.ERROR).toList();
  }

  private BridgeSettings settings(boolean create, String topic) {
    return settings(kafka(create, SharedKafka.kafka().bootstrapServers()), topic);
  }

  private static BridgeSettings settings(KafkaSettings kafka, String topic) {
    return new BridgeSettings(
        kafka,
        new WindowSettings(ByteSize.mib(128), Duration.ofMinutes(10), ByteSize.mib(8)),
        new PublishSettings(
            100,
            ByteSize.mib(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2)),
        new ReplaySettings(2),
        List.of(TopicBinding.of("shop", topic)));
  }

  private KafkaSettings kafka(boolean create, String servers) {
    return new KafkaSettings(
        servers, Map.of(), create, 3, (short) -1, control, dead, ledger, 255, ByteSize.mib(16));
  }

  private static Producer<byte[], byte[]> transactional(String id) {
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                SharedKafka.kafka().bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                id),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static Uuid id(String topic) throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      return Objects.requireNonNull(
              admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
          .get()
          .topicId();
    }
  }

  private static int murmur2(int i, int count) {
    return Partitioner.MURMUR2.partition("k" + i, count);
  }

  private static void produce(String topic, int records, IntUnaryOperator partition) {
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      all.add(new ProducerRecord<>(topic, partition.applyAsInt(i), utf8("k" + i), utf8("{}")));
    }
    SharedKafka.produce(all);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
