package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// A topic and its dead letters, for one test.
final class RedriveLab {
  static final Redrive.Choice ALL = new Redrive.Choice(Optional.empty(), Optional.empty());
  static final int PARTITIONS = 3;

  final KafkaSettings kafka = SharedKafka.settings();
  final String topic = SharedKafka.freshTopic(PARTITIONS);
  final TopicBinding binding = TopicBinding.of(ChannelName.DEFAULT, topic);
  final List<RedriveVerdict> told = new ArrayList<>();

  RedriveLab() {
    SharedKafka.kafka()
        .createTopic(kafka.deadLetterTopic(), 1, Map.of("cleanup.policy", "compact"));
  }

  Redrive.Outcome run(TopicBinding present, Redrive.Choice choice) throws Exception {
    return new Redrive(kafka, List.of(present)).run(choice, told::add);
  }

  /// In another partition than its key's.
  void misplaced(String key, String value) {
    int due = Partitioner.MURMUR2.partition(key, PARTITIONS);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, (due + 1) % PARTITIONS, utf8(key), utf8(value));
    record.headers().add("tag-t", utf8("1"));
    produce(record);
  }

  static void produce(ProducerRecord<byte[], byte[]> record) {
    SharedKafka.produce(List.of(record));
  }

  void letters() {
    letters(binding);
  }

  /// Writes the letters of all that a node would find wrong, as it would.
  ///
  /// @param present its configuration
  void letters(TopicBinding present) {
    RecordRouter router = new RecordRouter(present, 255);
    SharedKafka.produce(
        SharedKafka.everything(topic).stream()
            .flatMap(record ->
                router.route(record, PARTITIONS) instanceof Route.Dead(var reason, String detail)
                    ? Stream.of(DeadLetter.of(present, record, reason, detail))
                    : Stream.<DeadLetter>empty())
            .map(letter ->
                new ProducerRecord<>(
                    kafka.deadLetterTopic(), letter.recordKey(), letter.recordValue()))
            .toList());
  }

  /// Who has a value in the topic of letters.
  Map<String, byte[]> now() {
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

  List<ConsumerRecord<byte[], byte[]>> copies() {
    return committed(topic).stream()
        .filter(it -> it.headers().lastHeader(RedriveBatch.HEADER) != null)
        .toList();
  }

  static List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
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
