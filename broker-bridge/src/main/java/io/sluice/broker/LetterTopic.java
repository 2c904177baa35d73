package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// The dead-letter topic, read from its beginning to where it ended when that began. For one
/// thread; blocks.
final class LetterTopic {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String topic;

  LetterTopic(String topic) {
    this.topic = topic;
  }

  /// Told what stands in the topic, in order for each key. A later one takes the place of an
  /// earlier one.
  interface Reader {
    /// A letter; none: it was taken away.
    void letter(RecordPlace place, Optional<StoredLetter> letter);

    /// A mark; none: it was taken away.
    default void mark(RecordPlace place, Optional<RedriveMark> mark) {}
  }

  /// Reads all that is committed. An open transaction of another program hides what comes after it,
  /// so the end is where the log ends, and not where committed records do.
  ///
  /// @param consumer of committed records
  /// @param patience of all
  /// @return whether the end was reached in time
  /// @throws KafkaException when Kafka does not answer or refuses
  boolean read(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Duration patience,
      Reader reader) {
    long deadline = System.nanoTime() + patience.toNanos();
    Map<TopicPartition, Long> left = new HashMap<>(ends);
    consumer.assign(left.keySet());
    consumer.seekToBeginning(left.keySet());
    left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    while (!left.isEmpty()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      consumer.poll(POLL).forEach(record -> give(record, reader));
      left.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    }
    return true;
  }

  /// Where the log ends now.
  ///
  /// @param consumer of uncommitted records
  Map<TopicPartition, Long> ends(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("topic '" + topic + "' (kafka.dead-letter-topic) is not there");
    }
    return consumer.endOffsets(partitions);
  }

  private static void give(ConsumerRecord<byte[], byte[]> record, Reader reader) {
    if (record.key() == null) {
      return; // nobody's
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    Optional<byte[]> value = Optional.ofNullable(record.value());
    if (key.startsWith(RedriveMark.PREFIX)) {
      RecordPlace.read(key.substring(RedriveMark.PREFIX.length()))
          .ifPresent(place -> reader.mark(place, value.flatMap(RedriveMark::read)));
    } else {
      RecordPlace.read(key)
          .ifPresent(
              place -> reader.letter(place, value.flatMap(it -> StoredLetter.read(place, it))));
    }
  }
}
