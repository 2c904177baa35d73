package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.UniClient.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Producers that write in transactions, and what their readers see of it: committed records in the
/// log's order, when they are certain, and nothing else.
final class TransactionsTest {
  private static final String TOPIC = "transactions.default";
  private static final String PAST = "transactions.past";
  private static final String MARKERS = "transactions.markers";
  private static final String DIRTY = "transactions.dirty";
  private static final String OTHER = "transactions.other";

  /// What the past holds of channel `a` that is committed, by its Kafka offset.
  private static final TreeMap<Long, String> COMMITTED = new TreeMap<>();

  private static Gateway origin;

  /// Its windows begin after the past.
  private static Gateway late;

  private static String epoch;
  private static long end;

  @BeforeAll
  static void start() throws Exception {
    origin = TestStack.node("transactions", settings("10m"));
    try (Follower follower = Follower.of(origin, "past:a")) {
      epoch = follower.epoch();
    }
    try (Producer<byte[], byte[]> producer = transactional("past", Map.of())) {
      plain("1");
      aborts(producer, PAST, "x", "x");
      commits(producer, "2", "3");
      TestStack.produce(PAST, "b", "0");
      producer.beginTransaction();
      send(producer, PAST, "x");
      plain("4"); // not of the transaction, and kept back by it all the same
      producer.abortTransaction();
      commits(producer, "5");
      aborts(producer, PAST, "x");
    }
    try (Operator operator = new Operator(TestStack.kafka())) {
      end = operator.end(new TopicPartition(PAST, 0));
    }
    assertThat(end).isEqualTo(COMMITTED.lastKey() + 4); // a marker, an aborted record, its marker
    late = TestStack.node("transactions", settings("0s"));
  }

  private static Map<String, String> settings(String age) {
    return Map.ofEntries(
        Map.entry("window.age", age),
        Map.entry("kafka.partitions", "1"),
        Map.entry("namespaces.past.topic", PAST),
        Map.entry("namespaces.past.read", "authenticated"),
        Map.entry("namespaces.markers.topic", MARKERS),
        Map.entry("namespaces.dirty.topic", DIRTY),
        Map.entry("namespaces.dirty.isolation", "read_uncommitted"),
        Map.entry("namespaces.other.topic", OTHER));
  }

  @AfterAll
  static void stop() {
    origin.close();
    late.close();
  }

  private static Producer<byte[], byte[]> transactional(String id, Map<String, Object> more) {
    Map<String, Object> properties = new TreeMap<>(more);
    properties.put("bootstrap.servers", TestStack.kafka().bootstrapServers());
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "transactions-" + id);
    Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  /// Returns when Kafka has it: an aborted record would never be sent else.
  private static long send(Producer<byte[], byte[]> producer, String topic, String value)
      throws Exception {
    var sent =
        producer.send(
            new ProducerRecord<>(
                topic, TestStack.bytes("a"), TestStack.bytes("\"" + value + "\"")));
    producer.flush();
    return sent.get().offset();
  }

  private static void plain(String value) throws Exception {
    COMMITTED.put(TestStack.produce(PAST, "a", "\"" + value + "\"").offset(), value);
  }

  private static void commits(Producer<byte[], byte[]> producer, String... values)
      throws Exception {
    producer.beginTransaction();
    for (String value : values) {
      COMMITTED.put(send(producer, PAST, value), value);
    }
    producer.commitTransaction();
  }

  private static void aborts(Producer<byte[], byte[]> producer, String topic, String... values)
      throws Exception {
    producer.beginTransaction();
    for (String value : values) {
      send(producer, topic, value);
    }
    producer.abortTransaction();
  }

  private static String quoted(String value) {
    return "\"" + value + "\"";
  }

  private static List<String> committedSince(long offset) {
    return COMMITTED.tailMap(offset).values().stream().map(TransactionsTest::quoted).toList();
  }

  /// From before, among and after aborted records and markers: out of the window of one node, and
  /// out of the log below that of the other. All of them stay, and the next record is the next
  /// thing that each of them gets.
  @Test
  void fromWhateverPositionExactlyWhatWasCommittedAfterItComesInOrder() throws Exception {
    List<Follower> all = new ArrayList<>();
    try {
      for (Gateway node : List.of(origin, late)) {
        for (long offset = 0; offset <= end; offset++) {
          Follower follower = Follower.at(node, "past:a", epoch, offset);
          all.add(follower);
          assertThat(follower.again()).as("recovered from %d", offset).isTrue();
          List<String> due = committedSince(offset);
          assertThat(follower.next(due.size())).as("from %d", offset).isEqualTo(due);
        }
      }
      TestStack.produce(PAST, "b", "0"); // whoever misses nothing of its channel misses this
      String last = Integer.toString(COMMITTED.size() + 1);
      plain(last);
      for (Follower follower : all) {
        assertThat(follower.next()).isEqualTo(quoted(last));
        assertThat(follower.rest()).isEmpty();
      }
    } finally {
      all.forEach(Follower::close);
    }
  }

  /// No record follows, only markers and what was aborted.
  @Test
  void whoMissedOnlyMarkersIsToldThatItMissedNothing() throws Exception {
    try (Producer<byte[], byte[]> producer = transactional("markers", Map.of());
        Follower a = Follower.of(origin, "markers:a");
        Follower b = Follower.of(origin, "markers:b");
        Operator operator = new Operator(TestStack.kafka())) {
      TestStack.produce(MARKERS, "a", "1");
      assertThat(a.next()).isEqualTo("1");
      aborts(producer, MARKERS, "x");
      TestStack.produce(MARKERS, "b", "0");
      assertThat(b.next()).isEqualTo("0");
      a.cut();
      assertThat(a.back(origin)).isTrue();
      assertThat(a.offset()).isEqualTo(operator.end(new TopicPartition(MARKERS, 0)));
      assertThat(a.rest()).isEmpty();
    }
  }

  @Test
  void aChannelsPastIsWhatWasCommitted() throws Exception {
    for (Gateway node : List.of(origin, late)) {
      try (TestClient client = TestClient.connected(node, "ann")) {
        for (long offset = 0; offset < end; offset++) {
          JsonNode page =
              client
                  .command(
                      "history",
                      "{\"channel\":\"past:a\",\"limit\":-1,\"since\":{\"epoch\":\"%s\",\"offset\":%d}}"
                          .formatted(epoch, offset))
                  .path("history");
          assertThat(page.path("offset").asLong()).isGreaterThanOrEqualTo(end);
          List<String> data = new ArrayList<>();
          page.path("publications").forEach(each -> data.add(each.path("data").toString()));
          assertThat(data).as("since %d", offset).isEqualTo(committedSince(offset));
        }
      }
    }
  }

  /// The other topic is read by the same consumer: what came there came after everything that could
  /// have come here.
  private static void awaitWhatIsProducedNow(Follower other) throws Exception {
    for (int i = 0; i < 3; i++) {
      String mark = Long.toString(System.nanoTime());
      TestStack.produce(OTHER, "mark", mark);
      assertThat(other.next()).isEqualTo(mark);
    }
  }

  @Test
  void anOpenTransactionKeepsBackItsWholePartitionAndNothingElse() throws Exception {
    try (Producer<byte[], byte[]> producer = transactional("open", Map.of());
        Follower a = Follower.of(origin, "a");
        Follower b = Follower.of(origin, "b");
        Follower other = Follower.of(origin, "other:mark")) {
      producer.beginTransaction();
      long first = send(producer, TOPIC, "1");
      long after = TestStack.produce(TOPIC, "b", "2").offset() + 1;
      assertThat(b.client().command("publish", "{\"channel\":\"b\",\"data\":3}").has("publish"))
          .as("stored, though nobody sees it yet")
          .isTrue();
      awaitWhatIsProducedNow(other);
      assertThat(a.rest()).isEmpty();
      assertThat(b.rest()).isEmpty();

      try (Follower meanwhile = Follower.of(origin, "b");
          Follower beyond = Follower.at(origin, "b", b.epoch(), after)) {
        assertThat(meanwhile.offset()).as("where reading has come to").isEqualTo(first);
        assertThat(beyond.again()).as("from where nobody can have been").isFalse();
        producer.commitTransaction();
        assertThat(a.next()).isEqualTo("\"1\"");
        for (Follower each : List.of(b, meanwhile, beyond)) {
          assertThat(each.next(2)).containsExactly("2", "3");
        }
        try (Follower then = Follower.at(origin, "b", b.epoch(), after)) {
          assertThat(then.again()).isTrue();
          assertThat(then.next()).isEqualTo("3");
        }
      }
    }
  }

  @Test
  void whatIsAbortedNeverComesAndWhatStoodBehindItDoes() throws Exception {
    try (Producer<byte[], byte[]> producer = transactional("aborting", Map.of());
        Follower a = Follower.of(origin, "a");
        UniClient uni = new UniClient(Kind.EVENTS, origin, UniClient.query("ann", "a"), "")) {
      uni.next();
      producer.beginTransaction();
      send(producer, TOPIC, "x");
      TestStack.produce(TOPIC, "a", "1");
      producer.abortTransaction();
      assertThat(a.next()).isEqualTo("1");
      assertThat(uni.number()).isEqualTo(1);
      TestStack.produce(TOPIC, "a", "2");
      assertThat(a.next()).isEqualTo("2");
      assertThat(uni.number()).isEqualTo(2);
      assertThat(a.rest()).isEmpty();
    }
  }

  /// A producer that hangs keeps its partition back for `transaction.timeout.ms`, and no longer.
  @Test
  void aTransactionThatNobodyEndsIsEndedByTheBroker() throws Exception {
    Map<String, Object> brief = Map.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 500);
    try (Producer<byte[], byte[]> hanging = transactional("hanging", brief);
        Follower a = Follower.of(origin, "a")) {
      hanging.beginTransaction();
      send(hanging, TOPIC, "x");
      TestStack.produce(TOPIC, "a", "1");
      assertThat(a.next()).isEqualTo("1");
    }
  }

  @Test
  void aNamespaceThatReadsUncommittedDoesNotWaitAndRecoversTheSame() throws Exception {
    try (Producer<byte[], byte[]> producer = transactional("dirty", Map.of());
        Follower a = Follower.of(origin, "dirty:a")) {
      long start = a.offset();
      producer.beginTransaction();
      send(producer, DIRTY, "x");
      assertThat(a.next()).isEqualTo("\"x\"");
      producer.abortTransaction();
      TestStack.produce(DIRTY, "a", "1");
      assertThat(a.next()).isEqualTo("1");
      try (Follower again = Follower.at(origin, "dirty:a", a.epoch(), start);
          Gateway later = TestStack.node("transactions", settings("0s"));
          Follower below = Follower.at(later, "dirty:a", a.epoch(), start)) {
        for (Follower each : List.of(again, below)) {
          assertThat(each.again()).isTrue();
          assertThat(each.next(2)).containsExactly("\"x\"", "1");
        }
      }
    }
  }
}
