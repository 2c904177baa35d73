package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// What has happened to users' connections, as it stands in Kafka.
public final class SessionEventLog {
  private static final Duration POLL = Duration.ofMillis(200);

  /// Without a record for so long Kafka is taken for gone.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private SessionEventLog() {}

  /// Reads the sessions topic from a moment on, to where it ends now. Blocks as long as that takes.
  /// Those of one key come in order.
  ///
  /// @param kafka with a sessions topic
  /// @param each given every event that this version knows
  /// @return how many records were read
  /// @throws KafkaException saying in one line what is wrong
  public static long read(
      KafkaSettings kafka, Instant since, java.util.function.Consumer<SessionEvent> each) {
    KafkaClients clients = new KafkaClients(kafka, "rebuild-sessions");
    try (Consumer<byte[], byte[]> consumer =
        clients.consumer("sessions", Isolation.READ_COMMITTED)) {
      Map<TopicPartition, Long> ends = seek(consumer, kafka.sessionsTopic(), since);
      long read = 0;
      long heard = System.nanoTime();
      while (!atTheEnd(consumer, ends)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          SessionEventJson.read(record.value()).ifPresent(each);
          read++;
          heard = System.nanoTime();
        }
        if (System.nanoTime() - heard > PATIENCE.toNanos()) {
          throw new KafkaException("no record for " + PATIENCE.toSeconds() + " s");
        }
      }
      return read;
    }
  }

  /// @return where the partitions end in which there is anything to be read
  private static Map<TopicPartition, Long> seek(
      Consumer<byte[], byte[]> consumer, String topic, Instant since) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("topic '" + topic + "' (kafka.sessions-topic) is not there");
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndTimestamp> starts =
        consumer.offsetsForTimes(
            partitions.stream().collect(Collectors.toMap(it -> it, _ -> since.toEpochMilli())));
    ends.keySet().removeIf(partition -> starts.get(partition) == null);
    consumer.assign(ends.keySet());
    starts.forEach((partition, start) -> {
      if (start != null) {
        consumer.seek(partition, start.offset());
      }
    });
    return ends;
  }

  private static boolean atTheEnd(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
