package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// An ordinary Kafka producer, as services have one.
public final class KafkaPublisher implements Publisher {
  private static final Duration ENDING = Duration.ofSeconds(5);

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;

  /// @param bootstrapServers of Kafka
  /// @param topic of the namespace
  public KafkaPublisher(String bootstrapServers, String topic) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "linger.ms",
                "0",
                "acks",
                "all",
                "delivery.timeout.ms",
                "30000",
                "request.timeout.ms",
                "10000"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    byte[] key = channel.getBytes(StandardCharsets.UTF_8);
    var _ =
        producer.send(
            new ProducerRecord<>(topic, key, payload),
            (written, failure) -> {
              if (failure == null) {
                outcome.acknowledged(written.offset() + 1);
              } else {
                outcome.failed(failure.toString());
              }
            });
  }

  @Override
  public void close() {
    producer.close(ENDING);
  }
}
