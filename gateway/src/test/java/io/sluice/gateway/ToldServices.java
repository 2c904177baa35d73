package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/// What services read in a topic, as any of them would.
final class ToldServices implements AutoCloseable {
  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
  private boolean begun;

  ToldServices(String bootstrapServers, String topic) {
    this.topic = topic;
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    this.consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// All records of a key so far, oldest first.
  List<ConsumerRecord<byte[], byte[]>> of(String key) {
    if (!begun) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      begun = true;
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(Duration.ofMillis(100)).forEach(read::add);
    }
    return read.stream()
        .filter(it -> new String(it.key(), StandardCharsets.UTF_8).equals(key))
        .toList();
  }

  /// The events of a user or a node, once there are so many; at most 20 s.
  List<JsonNode> events(String key, int count) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> of(key).size() >= count);
    return of(key).stream()
        .map(record -> TestClient.parse(new String(record.value(), StandardCharsets.UTF_8)))
        .toList();
  }

  /// The last parts of their types.
  static List<String> names(List<JsonNode> events) {
    return events.stream()
        .map(event -> event.path("type").asText().replaceFirst("^io\\.sluice\\.(session\\.)?", ""))
        .toList();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
