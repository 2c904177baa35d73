package io.sluice.perf.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// What is in Kafka of a round: for each channel its records in the order of the log. Immutable.
///
/// @param records of each channel, by its number
record KafkaLog(List<List<Entry>> records) {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /// One record.
  ///
  /// @param offset of the position after it
  /// @param number that its publisher gave it; [Payload#NONE] for what nobody has published
  record Entry(long offset, long number) {}

  KafkaLog {
    records = records.stream().map(List::copyOf).toList();
  }

  /// The position after the last record of a channel; 0 when there is none.
  long end(int channel) {
    List<Entry> all = records.get(channel);
    return all.isEmpty() ? 0 : all.getLast().offset();
  }

  /// Where each partition ends now.
  static Map<TopicPartition, Long> ends(String bootstrapServers) {
    try (var consumer = consumer(bootstrapServers)) {
      return Map.copyOf(consumer.endOffsets(partitions()));
    }
  }

  /// Reads all there is of these channels.
  ///
  /// @param begin where each partition ended before any of it was written
  static KafkaLog read(String bootstrapServers, Channels channels, Map<TopicPartition, Long> begin)
      throws IOException {
    try (var consumer = consumer(bootstrapServers)) {
      return read(consumer, channels, begin);
    }
  }

  private static KafkaConsumer<String, String> consumer(String bootstrapServers) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  private static List<TopicPartition> partitions() {
    return IntStream.range(0, Cluster.PARTITIONS)
        .mapToObj(partition -> new TopicPartition(Cluster.TOPIC, partition))
        .toList();
  }

  static KafkaLog read(
      Consumer<String, String> consumer, Channels channels, Map<TopicPartition, Long> begin)
      throws IOException {
    List<List<Entry>> all = new ArrayList<>();
    channels.names().forEach(_ -> all.add(new ArrayList<>()));
    consumer.assign(begin.keySet());
    begin.forEach(consumer::seek);
    Map<TopicPartition, Long> ends = consumer.endOffsets(begin.keySet());
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (!ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
      if (System.nanoTime() - limit > 0) {
        throw new IOException("Kafka's log cannot be read within " + LIMIT.toSeconds() + " s");
      }
      for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
        if (channels.has(record.key())) {
          int channel = channels.number(record.key());
          long number = Payload.number(channel, JSON.readTree(record.value()));
          all.get(channel).add(new Entry(record.offset() + 1, number));
        }
      }
    }
    return new KafkaLog(all);
  }
}
