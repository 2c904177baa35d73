package io.sluice.broker;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/// The topics whose records are put back, as they are now. For one thread; blocks.
final class RedriveSource implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaSettings kafka;
  private final KafkaClients clients;
  private final Admin admin;
  private final Map<Isolation, Consumer<byte[], byte[]>> consumers = new EnumMap<>(Isolation.class);
  private final Map<String, Optional<State>> topics = new HashMap<>();
  private final Map<TopicPartition, Long> begins = new HashMap<>();

  RedriveSource(KafkaSettings kafka, KafkaClients clients) {
    this.kafka = kafka;
    this.clients = clients;
    this.admin = Admin.create(clients.properties().admin(PATIENCE));
  }

  /// A topic.
  record State(Uuid id, int partitions) {}

  /// What was found at a letter's place.
  sealed interface Read {}

  /// The record that the letter is about.
  record Found(ConsumerRecord<byte[], byte[]> record, State topic)
      implements Read, RedriveVerdict.There {}

  /// Not that record.
  ///
  /// @param why for people; the same words for the same cause
  record Gone(String why) implements Read {}

  /// Marks must stay for as long as what they are of.
  void demandCompaction() throws InterruptedException {
    ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, kafka.deadLetterTopic());
    Config settings = get(admin.describeConfigs(List.of(topic)).values().get(topic));
    String policy =
        Optional.ofNullable(settings.get(TopicConfig.CLEANUP_POLICY_CONFIG))
            .map(it -> String.valueOf(it.value()))
            .orElse("");
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new KafkaException(
          "topic '%s' (kafka.dead-letter-topic) has cleanup.policy=%s and must have compact: what was put back is kept in it"
              .formatted(kafka.deadLetterTopic(), policy));
    }
  }

  /// Looks for the record of a letter.
  Read read(StoredLetter letter, TopicBinding binding) throws InterruptedException {
    RecordPlace place = letter.place();
    Optional<State> found = topic(place.topic());
    if (found.isEmpty()) {
      return new Gone("its topic is not there any more");
    }
    State topic = found.get();
    if (place.partition() >= topic.partitions()) {
      return new Gone("its topic was made anew, with fewer partitions");
    }
    Consumer<byte[], byte[]> consumer = consumer(binding.isolation());
    TopicPartition partition = new TopicPartition(place.topic(), place.partition());
    if (place.offset() < begin(consumer, partition)) {
      return new Gone("its record is gone by retention");
    }
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    if (place.offset() >= end) {
      return new Gone("the log ends before it: it was cut, or the topic was made anew");
    }
    ConsumerRecord<byte[], byte[]> record = next(consumer, partition, place.offset(), end);
    if (record == null || record.offset() != place.offset()) {
      return new Gone("its record is gone by compaction, or was of a transaction that was aborted");
    }
    return RecordPrint.of(record).equals(letter.print())
        ? new Found(record, topic)
        : new Gone("another record is in its place: the log was cut, or the topic made anew");
  }

  /// Whether the record at a place can never be read again.
  boolean hasLetGo(RecordPlace place, Uuid id) {
    try {
      Optional<State> topic = topic(place.topic());
      return topic.isEmpty()
          || !topic.get().id().equals(id)
          || begin(
                  consumer(Isolation.READ_UNCOMMITTED),
                  new TopicPartition(place.topic(), place.partition()))
              > place.offset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The first record from an offset on; null when there is none before the log's end.
  private static @Nullable ConsumerRecord<byte[], byte[]> next(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long offset, long end) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return record;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new KafkaException("no record of " + partition + " for " + PATIENCE);
      }
    }
    return null;
  }

  /// Logs may begin later by now.
  void lookAgain() {
    begins.clear();
  }

  private long begin(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    return begins.computeIfAbsent(
        partition, it -> consumer.beginningOffsets(List.of(it)).getOrDefault(it, 0L));
  }

  private Consumer<byte[], byte[]> consumer(Isolation isolation) {
    return consumers.computeIfAbsent(
        isolation, it -> clients.replay(it == Isolation.READ_COMMITTED ? 0 : 1, it));
  }

  private Optional<State> topic(String name) throws InterruptedException {
    Optional<State> known = topics.get(name);
    if (known == null) {
      known = describe(name);
      topics.put(name, known);
    }
    return known;
  }

  private Optional<State> describe(String name) throws InterruptedException {
    try {
      TopicDescription found = get(admin.describeTopics(List.of(name)).topicNameValues().get(name));
      return Optional.of(new State(found.topicId(), found.partitions().size()));
    } catch (UnknownTopicOrPartitionException _) {
      return Optional.empty();
    }
  }

  private static <T> T get(@Nullable KafkaFuture<T> asked) throws InterruptedException {
    try {
      return Objects.requireNonNull(asked).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
    }
  }

  @Override
  public void close() {
    consumers.values().forEach(Consumer::close);
    admin.close(Duration.ofSeconds(1));
  }
}
