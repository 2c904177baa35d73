package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Dead letters that nodes really wrote, and their records put back.
final class RedriveTest {
  private static final Redrive.Choice ALL = new Redrive.Choice(Optional.empty(), Optional.empty());
  private static final int PARTITIONS = 3;

  private final KafkaSettings kafka = SharedKafka.settings();
  private final String topic = SharedKafka.freshTopic(PARTITIONS);
  private final TopicBinding binding = TopicBinding.of(ChannelName.DEFAULT, topic);
  private final List<RedriveVerdict> told = new ArrayList<>();

  /// A process that ends in the middle.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void createLetters() {
    SharedKafka.kafka()
        .createTopic(kafka.deadLetterTopic(), 1, Map.of("cleanup.policy", "compact"));
  }

  @Test
  void aMisplacedRecordIsPutWhereItBelongsOnceHoweverOftenItRuns() throws Exception {
    int due = Partitioner.MURMUR2.partition("k", PARTITIONS);
    misplaced("k", "{\"n\":1}");
    letters();
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(1, 0, 0));
    ConsumerRecord<byte[], byte[]> copy = copies().getFirst();
    assertThat(copy.partition()).isEqualTo(due);
    assertThat(copy.key()).asString(UTF_8).isEqualTo("k");
    assertThat(copy.value()).asString(UTF_8).isEqualTo("{\"n\":1}");
    assertThat(copy.headers().lastHeader("tag-t").value()).asString(UTF_8).isEqualTo("1");
    assertThat(copy.headers().lastHeader(RedriveBatch.HEADER).value())
        .asString(UTF_8)
        .isEqualTo(topic + "/" + (due + 1) % PARTITIONS + "/0");
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 0));
    assertThat(copies()).hasSize(1);
  }

  @Test
  void aNodeThatReadsTheOldRecordAgainWritesTheLetterAnewAndItIsNotPutBackTwice() throws Exception {
    misplaced("k", "{}");
    node(1);
    run(binding, ALL);
    node(2); // a node that starts reads the window's age again
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 1, 0));
    assertThat(told.getLast()).isInstanceOf(RedriveVerdict.Already.class);
    assertThat(copies()).hasSize(1);
  }

  @Test
  void aRunThatDiesBeforeItsTransactionCountsHasDoneNothing() throws Exception {
    misplaced("k", "{}");
    letters();
    assertThatThrownBy(() ->
            new Redrive(kafka, List.of(binding))
                .run(
                    ALL,
                    told::add,
                    () -> {
                      throw new Killed();
                    }))
        .isInstanceOf(Killed.class);
    assertThat(told).isEmpty();
    assertThat(run(binding, ALL).redriven()).isEqualTo(1);
    assertThat(copies()).hasSize(1);
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 0));
  }

  @Tag("full")
  @Test
  void ofTwoRunsAtATimeTheLaterOneDoesIt() throws Exception {
    misplaced("k", "{}");
    letters();
    List<Redrive.Outcome> other = new ArrayList<>();
    assertThatThrownBy(() ->
            new Redrive(kafka, List.of(binding))
                .run(ALL, told::add, () -> other.add(unchecked(binding))))
        .isInstanceOf(RedriveException.class)
        .hasMessageContaining("another run has begun");
    assertThat(other).containsExactly(new Redrive.Outcome(1, 0, 0));
    assertThat(copies()).hasSize(1);
  }

  @Tag("full")
  @Test
  void whatIsStillWrongStaysAndIsSaid() throws Exception {
    produce(new ProducerRecord<>(topic, 0, null, utf8("no key")));
    produce(new ProducerRecord<>(topic, 0, utf8(":"), utf8("{}")));
    letters();
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 2));
    assertThat(told)
        .extracting(it -> ((RedriveVerdict.Stays) it).why())
        .anyMatch(why -> why.startsWith("still no-key: produce with a key, or name a channel"))
        .anyMatch(why -> why.startsWith("still bad-key: produce keys that are text"));
    assertThat(copies()).isEmpty();
    assertThat(now()).hasSize(2);
  }

  @Test
  void onlyWhatWasChosenIsPutBackAndARehearsalDoesNothing() throws Exception {
    misplaced("k", "{}");
    produce(new ProducerRecord<>(topic, 0, null, utf8("{}")));
    letters();
    assertThat(new Redrive(kafka, List.of(binding)).rehearse(ALL, told::add))
        .isEqualTo(new Redrive.Outcome(1, 0, 1));
    assertThat(copies()).isEmpty();
    assertThat(
            run(
                binding,
                new Redrive.Choice(Optional.of(DeadLetterReason.NO_KEY), Optional.empty())))
        .isEqualTo(new Redrive.Outcome(0, 0, 1));
    assertThat(run(binding, new Redrive.Choice(Optional.empty(), Optional.of("another"))))
        .isEqualTo(new Redrive.Outcome(0, 0, 0));
    assertThat(copies()).isEmpty();
  }

  @Tag("full")
  @Test
  void whatTheLogHasLetGoStaysAndIsSaidAndItsMarkGoes() throws Exception {
    misplaced("k", "{}");
    letters();
    run(binding, ALL);
    misplaced("k", "{}");
    letters(); // the old one again, and the new one
    int lies = (Partitioner.MURMUR2.partition("k", PARTITIONS) + 1) % PARTITIONS;
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin
          .deleteRecords(Map.of(new TopicPartition(topic, lies), RecordsToDelete.beforeOffset(2)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
    assertThat(now().keySet()).anyMatch(key -> key.startsWith(RedriveMark.PREFIX));
    run(binding, new Redrive.Choice(Optional.empty(), Optional.of("another")));
    assertThat(now().keySet()).noneMatch(key -> key.startsWith(RedriveMark.PREFIX));
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 2));
    assertThat(((RedriveVerdict.Stays) told.getLast()).why()).contains("gone by retention");
    assertThat(copies()).hasSize(1);
  }

  @Tag("full")
  @Test
  void anotherRecordInThePlaceOfTheOldOneIsNotTakenForIt() throws Exception {
    misplaced("k", "{\"old\":1}");
    letters();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
    }
    await().until(() -> !topics().contains(topic));
    SharedKafka.kafka().createTopic(topic, PARTITIONS, Map.of());
    misplaced("k", "{\"new\":1}");
    assertThat(run(binding, ALL).left()).isEqualTo(1);
    assertThat(((RedriveVerdict.Stays) told.getLast()).why()).contains("another record");
    assertThat(copies()).isEmpty();
  }

  @Test
  void lettersAreCountedForWhoeverAsksAndThoseThatWerePutBackAreNot() throws Exception {
    misplaced("k", "{}");
    produce(new ProducerRecord<>(topic, 0, null, utf8("{}")));
    letters();
    run(binding, ALL);
    letters();
    KafkaClients clients = new KafkaClients(kafka, "test");
    DeadLetterBook book = new DeadLetterBook(kafka.deadLetterTopic(), clients::letters);
    DeadLetterReport report = book.report().toCompletableFuture().get(10, TimeUnit.SECONDS);
    DeadLetterReport.Known known = (DeadLetterReport.Known) report;
    assertThat(known.counts())
        .containsExactly(
            new DeadLetterReport.Count(topic, ChannelName.DEFAULT, DeadLetterReason.NO_KEY, 1));
    assertThat(known.redriven()).isEqualTo(1);
    assertThat(known.complete()).isTrue();
    assertThat(known.newest()).hasSize(1);
    assertThat(known.newest().getFirst().reason()).isEqualTo(DeadLetterReason.NO_KEY);
    assertThat(known.newest().getFirst().valueSize()).isEqualTo(2);
    assertThat(book.report().toCompletableFuture().join()).isSameAs(report); // asked a moment ago
  }

  /// Of those that stay are more than fit into memory at a time; some are there twice, or have
  /// gone.
  @Test
  void lettersThatStayKeepNoOtherFromItsTurn() throws Exception {
    for (int i = 0; i < 5; i++) {
      produce(new ProducerRecord<>(topic, 0, null, utf8("no key")));
    }
    letters();
    letters();
    misplaced("k", "{}"); // in partition 0 behind those, or in another one
    letters();
    String first = topic + "/0/0";
    produce(new ProducerRecord<>(kafka.deadLetterTopic(), utf8(first), null));
    String unbound = SharedKafka.freshName("a") + "/0/";
    for (int i = 0; i < 5; i++) {
      produce(
          new ProducerRecord<>(
              kafka.deadLetterTopic(),
              utf8(unbound + i),
              committed(kafka.deadLetterTopic()).getFirst().value()));
    }
    Redrive paged = new Redrive(kafka, List.of(binding), 2);
    assertThat(paged.rehearse(ALL, _ -> {})).isEqualTo(new Redrive.Outcome(1, 0, 9));
    assertThat(paged.run(ALL, told::add)).isEqualTo(new Redrive.Outcome(1, 0, 9));
    assertThat(told).extracting(it -> it.letter().place()).doesNotHaveDuplicates().isSorted();
    assertThat(told.stream().filter(RedriveVerdict.Stays.class::isInstance))
        .extracting(it -> ((RedriveVerdict.Stays) it).why())
        .contains("no namespace is bound to its topic")
        .anyMatch(why -> why.startsWith("still no-key"));
    assertThat(copies()).hasSize(1);
  }

  /// It may be a copy of what this very run has put back, by nodes that have not been told yet.
  @Test
  void whatIsWrittenWhileItRunsIsForTheNextRun() throws Exception {
    misplaced("k", "{\"n\":1}");
    misplaced("k", "{\"n\":2}");
    letters();
    AtomicBoolean once = new AtomicBoolean();
    Redrive.Outcome outcome =
        new Redrive(kafka, List.of(binding), 1)
            .run(
                ALL,
                told::add,
                () -> {
                  if (once.compareAndSet(false, true)) {
                    misplaced("k", "{\"n\":3}");
                    letters();
                  }
                });
    assertThat(outcome).isEqualTo(new Redrive.Outcome(2, 0, 1));
    assertThat(((RedriveVerdict.Stays) told.getLast()).why()).contains("newer than this run");
    assertThat(run(binding, ALL).redriven()).isEqualTo(1);
    assertThat(copies()).hasSize(3);
  }

  /// Of a topic that was made anew, with a record put back in the same place.
  @Test
  void aMarkStaysThoughThereIsAnOlderOneOfAnotherTopic() throws Exception {
    misplaced("k", "{}");
    letters();
    run(binding, ALL);
    Map.Entry<String, byte[]> mark =
        now().entrySet().stream()
            .filter(it -> it.getKey().startsWith(RedriveMark.PREFIX))
            .findFirst()
            .orElseThrow();
    RedriveMark valid = RedriveMark.read(mark.getValue()).orElseThrow();
    RedriveMark old =
        new RedriveMark(Uuid.randomUuid(), valid.print(), valid.to(), valid.at().minusSeconds(1));
    produce(new ProducerRecord<>(kafka.deadLetterTopic(), utf8(mark.getKey()), old.value()));
    produce(new ProducerRecord<>(kafka.deadLetterTopic(), utf8(mark.getKey()), valid.value()));
    letters(); // a node reads all of it again
    run(binding, new Redrive.Choice(Optional.empty(), Optional.of("another")));
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 1, 0));
    assertThat(copies()).hasSize(1);
  }

  /// The broker has taken the transaction back before it was to count.
  @Tag("full")
  @Test
  void aRunThatKafkaIsTooSlowForSaysSoAndMayBeRepeated() throws Exception {
    misplaced("k", "{}");
    letters();
    Duration soon = ClientProperties.REDRIVE_TRANSACTION.plusSeconds(40);
    assertThatThrownBy(() ->
            new Redrive(kafka, List.of(binding))
                .run(ALL, told::add, () -> await().atMost(soon).until(() -> transactionIsOver())))
        .isInstanceOf(RedriveException.class)
        .hasMessageContaining("Kafka was slower than the 10 s that it gives a transaction");
    assertThat(copies()).isEmpty();
    assertThat(run(binding, ALL)).isEqualTo(new Redrive.Outcome(1, 0, 0));
    assertThat(copies()).hasSize(1);
  }

  private boolean transactionIsOver() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      return admin.listTransactions().all().get(10, TimeUnit.SECONDS).stream()
          .filter(it -> it.transactionalId().endsWith(kafka.deadLetterTopic()))
          .allMatch(it -> it.state() == TransactionState.COMPLETE_ABORT);
    }
  }

  @Tag("full")
  @Test
  void lettersThatMayGoByTimeAreNotTouched() {
    KafkaSettings others = SharedKafka.settings();
    SharedKafka.kafka().createTopic(others.deadLetterTopic(), 1, Map.of());
    assertThatThrownBy(() -> new Redrive(others, List.of(binding)).run(ALL, told::add))
        .isInstanceOf(RedriveException.class)
        .hasMessageContaining("cleanup.policy=delete and must have compact");
  }

  // what tests do

  private Redrive.Outcome run(TopicBinding present, Redrive.Choice choice) throws Exception {
    return new Redrive(kafka, List.of(present)).run(choice, told::add);
  }

  private Redrive.Outcome unchecked(TopicBinding present) {
    try {
      return run(present, ALL);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /// In another partition than its key's.
  private void misplaced(String key, String value) {
    int due = Partitioner.MURMUR2.partition(key, PARTITIONS);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, (due + 1) % PARTITIONS, utf8(key), utf8(value));
    record.headers().add("tag-t", utf8("1"));
    produce(record);
  }

  private static void produce(ProducerRecord<byte[], byte[]> record) {
    SharedKafka.produce(List.of(record));
  }

  /// Writes the letters of all that a node would find wrong, as it would.
  private void letters() {
    RecordRouter router = new RecordRouter(binding, 255);
    SharedKafka.produce(
        SharedKafka.everything(topic).stream()
            .flatMap(record ->
                router.route(record, PARTITIONS) instanceof Route.Dead(var reason, String detail)
                    ? Stream.of(DeadLetter.of(binding, record, reason, detail))
                    : Stream.<DeadLetter>empty())
            .map(letter ->
                new ProducerRecord<>(
                    kafka.deadLetterTopic(), letter.recordKey(), letter.recordValue()))
            .toList());
  }

  /// Has a node start, read everything and write its letters.
  ///
  /// @param all that were ever written
  private void node(int all) {
    try (TestBridge _ = TestBridge.open(binding, kafka)) {
      await().atMost(Duration.ofSeconds(10)).until(() -> lettersEver() == all);
    }
  }

  private long lettersEver() {
    return SharedKafka.everything(kafka.deadLetterTopic()).stream()
        .filter(it -> it.value() != null && !new String(it.key(), UTF_8).startsWith("redriven/"))
        .count();
  }

  /// Who has a value in the topic of letters.
  private Map<String, byte[]> now() {
    Map<String, byte[]> now = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> it : committed(kafka.deadLetterTopic())) {
      String key = new String(it.key(), UTF_8);
      now.remove(key);
      if (it.value() != null) {
        now.put(key, it.value());
      }
    }
    return now;
  }

  private static Set<String> topics() {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      return admin.listTopics().names().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> copies() {
    return committed(topic).stream()
        .filter(it -> it.headers().lastHeader(RedriveBatch.HEADER) != null)
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (Consumer<byte[], byte[]> any =
            new KafkaClients(SharedKafka.settings(), "ends").letters(Isolation.READ_UNCOMMITTED);
        Consumer<byte[], byte[]> consumer = SharedKafka.consumer()) {
      Map<TopicPartition, Long> ends = new LetterTopic(topic).ends(any);
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
          });
    }
    return all;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
