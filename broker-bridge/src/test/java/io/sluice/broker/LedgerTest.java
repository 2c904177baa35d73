package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// On a real broker.
final class LedgerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Uuid TOPIC = Uuid.randomUuid();
  private static final PartitionCounts COUNTS =
      PartitionCounts.seen(2).and(PartitionCounts.seen(4));
  private static final Lineage CUT = Lineage.of(List.of(new Cut(2, 700)));

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(meters);
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<TopicTail> tails = new CopyOnWriteArrayList<>();
  private final String topic = SharedKafka.freshTopic(1, Map.of("cleanup.policy", "compact"));

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable it : toClose.reversed()) {
      it.close();
    }
  }

  private Ledger ledger() {
    Ledger ledger = ledger(topic);
    ledger.start();
    return ledger;
  }

  private Ledger ledger(String name) {
    RenewingProducer producer =
        new RenewingProducer(
            "chores", () -> new KafkaProducer<>(SharedKafka.clients("n").chores()), metrics);
    toClose.add(() -> producer.close(Duration.ofSeconds(1)));
    Telling telling = new Telling(producer);
    toClose.add(telling);
    telling.start();
    Ledger ledger =
        new Ledger(
            name,
            () ->
                new KafkaConsumer<>(
                    SharedKafka.clients("n")
                        .consumer("ledger", Isolation.READ_UNCOMMITTED, ByteSize.mib(1))),
            producer,
            telling,
            () -> tails,
            _ -> true,
            metrics);
    toClose.add(ledger);
    return ledger;
  }

  private TopicTail tail(long next, int leadership) {
    TopicBinding binding = TopicBinding.of("default", "t");
    Window window =
        new Breaks(
                ByteSize.mib(4),
                new LastValuesShare(ByteSize.mib(1), metrics),
                _ -> (_, _, _, _, _, _) -> {})
            .first(
                binding,
                new Breaks.Log(TOPIC, 0, 1, Lineage.WHOLE),
                next,
                Leaderships.of(leadership, 0));
    return new TopicTail(
        binding,
        new RecordRouter(binding, 255),
        TOPIC,
        List.of(new TailedPartition(0, binding, 0, window, 0)));
  }

  private static void refresh(Ledger ledger) throws Exception {
    ledger.refresh().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void whatOneNodeFindsOutOthersKnowNowAndAfterARestart() throws Exception {
    Ledger one = ledger();
    Ledger other = ledger();
    long version = other.book().version();
    one.book().found(TOPIC, 3, new LogEntry(700, 2, 0, CUT));
    one.book().found(TOPIC, COUNTS);

    await().atMost(PATIENCE).until(() -> other.book().lineage(TOPIC, 3).equals(CUT));
    assertThat(other.book().version()).isGreaterThan(version);
    await().atMost(PATIENCE).until(() -> other.book().counts(TOPIC).equals(COUNTS));
    await().atMost(PATIENCE).until(() -> one.book().unwritten().isEmpty());
    Ledger later = ledger();
    assertThat(later.book().log(TOPIC, 3)).contains(new LogEntry(700, 2, 0, CUT));
    assertThat(later.book().counts(TOPIC)).isEqualTo(COUNTS);
  }

  /// The compacted record of the one must not hide what the other has found out.
  @Test
  void nodesThatFindOutDifferentThingsAtATimeLoseNeither() throws Exception {
    Ledger one = ledger();
    Ledger other = ledger();
    Lineage another = Lineage.of(List.of(new Cut(5, 900)));
    one.book().found(TOPIC, 0, new LogEntry(700, 2, 0, CUT));
    other.book().found(TOPIC, 0, new LogEntry(900, 5, 0, another));

    Lineage both = CUT.and(another);
    await().atMost(PATIENCE).until(() -> one.book().lineage(TOPIC, 0).equals(both));
    await().atMost(PATIENCE).until(() -> other.book().lineage(TOPIC, 0).equals(both));
    await()
        .atMost(PATIENCE)
        .until(() -> one.book().unwritten().isEmpty() && other.book().unwritten().isEmpty());
    refresh(one);
    byte[] newest = SharedKafka.everything(topic).getLast().value();
    assertThat(LedgerRecord.read(SharedKafka.everything(topic).getLast().key(), newest))
        .isInstanceOfSatisfying(
            LedgerRecord.Log.class, log -> assertThat(log.entry().lineage()).isEqualTo(both));
  }

  @Test
  void whereReadingHasComeToIsWrittenWhenTheLeaderIsNewAndWhenTheNodeLeaves() throws Exception {
    Ledger ledger = ledger();
    tails.add(tail(100, 1));
    await()
        .atMost(PATIENCE)
        .until(() ->
            ledger
                .book()
                .log(TOPIC, 0)
                .equals(Optional.of(new LogEntry(100, 1, 0, Lineage.WHOLE))));
    WindowWriter writer = tails.getFirst().partition(0).window().takeOver();
    assertThat(writer.publish(200, Leaderships.of(2, 150))).isTrue();
    await()
        .atMost(PATIENCE)
        .until(() -> ledger.book().log(TOPIC, 0).orElseThrow().leadership() == 2);
    assertThat(writer.publish(300, Leaderships.of(2, 150))).isTrue();
    ledger.close();
    tails.clear(); // what the next one knows is from the ledger
    assertThat(ledger().book().log(TOPIC, 0).orElseThrow().next()).isEqualTo(300);
  }

  /// As when somebody emptied the topic.
  @Test
  void aLedgerThatLostItsRecordsGetsThemBack() throws Exception {
    Ledger ledger = ledger();
    ledger.book().found(TOPIC, 0, new LogEntry(700, 2, 0, CUT));
    await().atMost(PATIENCE).until(() -> ledger.book().unwritten().isEmpty());
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          SharedKafka.kafka().createTopic(topic, 1, Map.of("cleanup.policy", "compact"));
          return true;
        });
    await()
        .atMost(PATIENCE)
        .until(() ->
            SharedKafka.everything(topic).stream()
                .anyMatch(
                    it -> LedgerRecord.read(it.key(), it.value()) instanceof LedgerRecord.Log));
    assertThat(ledger().book().lineage(TOPIC, 0)).isEqualTo(CUT);
  }
}
