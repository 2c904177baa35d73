package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Dead letters that nodes really wrote, and their records put back.
final class RedriveTest {
  private static final Redrive.Choice ALL = RedriveLab.ALL;
  private static final int PARTITIONS = RedriveLab.PARTITIONS;

  private final RedriveLab lab = new RedriveLab();
  private final KafkaSettings kafka = lab.kafka;
  private final String topic = lab.topic;
  private final TopicBinding binding = lab.binding;
  private final List<RedriveVerdict> told = lab.told;

  /// A process that ends in the middle.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aMisplacedRecordIsPutWhereItBelongsOnceHoweverOftenItRuns() throws Exception {
    int due = Partitioner.MURMUR2.partition("k", PARTITIONS);
    lab.misplaced("k", "{\"n\":1}");
    lab.letters();
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(1, 0, 0));
    ConsumerRecord<byte[], byte[]> copy = lab.copies().getFirst();
    assertThat(copy.partition()).isEqualTo(due);
    assertThat(copy.key()).asString(UTF_8).isEqualTo("k");
    assertThat(copy.value()).asString(UTF_8).isEqualTo("{\"n\":1}");
    assertThat(copy.headers().lastHeader("tag-t").value()).asString(UTF_8).isEqualTo("1");
    assertThat(copy.headers().lastHeader(RedriveBatch.HEADER).value())
        .asString(UTF_8)
        .isEqualTo(topic + "/" + (due + 1) % PARTITIONS + "/0");
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 0));
    assertThat(lab.copies()).hasSize(1);
  }

  @Test
  void aNodeThatReadsTheOldRecordAgainWritesTheLetterAnewAndItIsNotPutBackTwice() throws Exception {
    lab.misplaced("k", "{}");
    node(1);
    lab.run(binding, ALL);
    node(2); // a node that starts reads the window's age again
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 1, 0));
    assertThat(told.getLast()).isInstanceOf(RedriveVerdict.Already.class);
    assertThat(lab.copies()).hasSize(1);
  }

  @Test
  void aRunThatDiesBeforeItsTransactionCountsHasDoneNothing() throws Exception {
    lab.misplaced("k", "{}");
    lab.letters();
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
    assertThat(lab.run(binding, ALL).redriven()).isEqualTo(1);
    assertThat(lab.copies()).hasSize(1);
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 0));
  }

  @Tag("full")
  @Test
  void ofTwoRunsAtATimeTheLaterOneDoesIt() throws Exception {
    lab.misplaced("k", "{}");
    lab.letters();
    List<Redrive.Outcome> other = new ArrayList<>();
    assertThatThrownBy(() ->
            new Redrive(kafka, List.of(binding))
                .run(ALL, told::add, () -> other.add(unchecked(binding))))
        .isInstanceOf(RedriveException.class)
        .hasMessageContaining("another run has begun");
    assertThat(other).containsExactly(new Redrive.Outcome(1, 0, 0));
    assertThat(lab.copies()).hasSize(1);
  }

  @Tag("full")
  @Test
  void whatIsStillWrongStaysAndIsSaid() throws Exception {
    RedriveLab.produce(new ProducerRecord<>(topic, 0, null, utf8("no key")));
    RedriveLab.produce(new ProducerRecord<>(topic, 0, utf8(":"), utf8("{}")));
    lab.letters();
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 2));
    assertThat(told)
        .extracting(it -> ((RedriveVerdict.Stays) it).why())
        .anyMatch(why -> why.startsWith("still no-key: produce with a key, or name a channel"))
        .anyMatch(why -> why.startsWith("still bad-key: produce keys that are text"));
    assertThat(lab.copies()).isEmpty();
    assertThat(lab.now()).hasSize(2);
  }

  @Test
  void onlyWhatWasChosenIsPutBackAndARehearsalDoesNothing() throws Exception {
    lab.misplaced("k", "{}");
    RedriveLab.produce(new ProducerRecord<>(topic, 0, null, utf8("{}")));
    lab.letters();
    assertThat(new Redrive(kafka, List.of(binding)).rehearse(ALL, told::add))
        .isEqualTo(new Redrive.Outcome(1, 0, 1));
    assertThat(lab.copies()).isEmpty();
    assertThat(
            lab.run(
                binding,
                new Redrive.Choice(Optional.of(DeadLetterReason.NO_KEY), Optional.empty())))
        .isEqualTo(new Redrive.Outcome(0, 0, 1));
    assertThat(lab.run(binding, new Redrive.Choice(Optional.empty(), Optional.of("another"))))
        .isEqualTo(new Redrive.Outcome(0, 0, 0));
    assertThat(lab.copies()).isEmpty();
  }

  @Tag("full")
  @Test
  void whatTheLogHasLetGoStaysAndIsSaidAndItsMarkGoes() throws Exception {
    Redrive.Choice another = new Redrive.Choice(Optional.empty(), Optional.of("another"));
    lab.misplaced("k", "{}");
    lab.letters();
    lab.run(binding, ALL);
    lab.misplaced("k", "{}");
    lab.letters(); // the old one again, and the new one
    int lies = (Partitioner.MURMUR2.partition("k", PARTITIONS) + 1) % PARTITIONS;
    delete(lies, 2);
    lab.run(binding, another);
    assertThat(lab.now().keySet())
        .as("the copy is there still")
        .anyMatch(key -> key.startsWith(RedriveMark.PREFIX));
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 0, 2));
    assertThat(((RedriveVerdict.Stays) told.getLast()).why()).contains("gone by retention");
    assertThat(lab.copies()).hasSize(1);
    delete(Partitioner.MURMUR2.partition("k", PARTITIONS), 1);
    lab.run(binding, another);
    assertThat(lab.now().keySet()).noneMatch(key -> key.startsWith(RedriveMark.PREFIX));
  }

  @Tag("full")
  @Test
  void anotherRecordInThePlaceOfTheOldOneIsNotTakenForIt() throws Exception {
    lab.misplaced("k", "{\"old\":1}");
    lab.letters();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin.deleteTopics(List.of(topic)).all().get(10, TimeUnit.SECONDS);
    }
    await().until(() -> !topics().contains(topic));
    SharedKafka.kafka().createTopic(topic, PARTITIONS, Map.of());
    lab.misplaced("k", "{\"new\":1}");
    assertThat(lab.run(binding, ALL).left()).isEqualTo(1);
    assertThat(((RedriveVerdict.Stays) told.getLast()).why()).contains("another record");
    assertThat(lab.copies()).isEmpty();
  }

  @Test
  void lettersAreCountedForWhoeverAsksAndThoseThatWerePutBackAreNot() throws Exception {
    lab.misplaced("k", "{}");
    RedriveLab.produce(new ProducerRecord<>(topic, 0, null, utf8("{}")));
    lab.letters();
    lab.run(binding, ALL);
    lab.letters();
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
  @Tag("full")
  @Test
  void lettersThatStayKeepNoOtherFromItsTurn() throws Exception {
    for (int i = 0; i < 5; i++) {
      RedriveLab.produce(new ProducerRecord<>(topic, 0, null, utf8("no key")));
    }
    lab.letters();
    lab.letters();
    lab.misplaced("k", "{}"); // in partition 0 behind those, or in another one
    lab.letters();
    String first = topic + "/0/0";
    RedriveLab.produce(new ProducerRecord<>(kafka.deadLetterTopic(), utf8(first), null));
    String unbound = SharedKafka.freshName("a") + "/0/";
    for (int i = 0; i < 5; i++) {
      RedriveLab.produce(
          new ProducerRecord<>(
              kafka.deadLetterTopic(),
              utf8(unbound + i),
              RedriveLab.committed(kafka.deadLetterTopic()).getFirst().value()));
    }
    Redrive paged = new Redrive(kafka, List.of(binding), 2);
    assertThat(paged.rehearse(ALL, _ -> {})).isEqualTo(new Redrive.Outcome(1, 0, 9));
    assertThat(paged.run(ALL, told::add)).isEqualTo(new Redrive.Outcome(1, 0, 9));
    assertThat(told).extracting(it -> it.letter().place()).doesNotHaveDuplicates().isSorted();
    assertThat(told.stream().filter(RedriveVerdict.Stays.class::isInstance))
        .extracting(it -> ((RedriveVerdict.Stays) it).why())
        .contains("no namespace is bound to its topic")
        .anyMatch(why -> why.startsWith("still no-key"));
    assertThat(lab.copies()).hasSize(1);
  }

  /// Of a topic that was made anew, with a record put back in the same place.
  @Test
  void aMarkStaysThoughThereIsAnOlderOneOfAnotherTopic() throws Exception {
    lab.misplaced("k", "{}");
    lab.letters();
    lab.run(binding, ALL);
    Map.Entry<String, byte[]> mark =
        lab.now().entrySet().stream()
            .filter(it -> it.getKey().startsWith(RedriveMark.PREFIX))
            .findFirst()
            .orElseThrow();
    RedriveMark valid = RedriveMark.read(mark.getValue()).orElseThrow();
    RedriveMark old =
        new RedriveMark(Uuid.randomUuid(), valid.print(), valid.to(), valid.at().minusSeconds(1));
    RedriveLab.produce(
        new ProducerRecord<>(kafka.deadLetterTopic(), utf8(mark.getKey()), old.value()));
    RedriveLab.produce(
        new ProducerRecord<>(kafka.deadLetterTopic(), utf8(mark.getKey()), valid.value()));
    lab.letters(); // a node reads all of it again
    lab.run(binding, new Redrive.Choice(Optional.empty(), Optional.of("another")));
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(0, 1, 0));
    assertThat(lab.copies()).hasSize(1);
  }

  /// The broker has taken the transaction back before it was to count.
  @Tag("full")
  @Test
  void aRunThatKafkaIsTooSlowForSaysSoAndMayBeRepeated() throws Exception {
    lab.misplaced("k", "{}");
    lab.letters();
    Duration soon = ClientProperties.REDRIVE_TRANSACTION.plusSeconds(40);
    assertThatThrownBy(() ->
            new Redrive(kafka, List.of(binding))
                .run(ALL, told::add, () -> await().atMost(soon).until(() -> transactionIsOver())))
        .isInstanceOf(RedriveException.class)
        .hasMessageContaining("Kafka was slower than the 10 s that it gives a transaction");
    assertThat(lab.copies()).isEmpty();
    assertThat(lab.run(binding, ALL)).isEqualTo(new Redrive.Outcome(1, 0, 0));
    assertThat(lab.copies()).hasSize(1);
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

  private Redrive.Outcome unchecked(TopicBinding present) {
    try {
      return lab.run(present, ALL);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
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

  private void delete(int partition, long before) throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
          .all()
          .get(10, TimeUnit.SECONDS);
    }
  }

  private static Set<String> topics() {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      return admin.listTopics().names().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
