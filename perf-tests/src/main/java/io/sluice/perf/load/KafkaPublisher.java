package io.sluice.perf.load;

import io.sluice.gateway.telemetry.TraceParent;
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
  private final Form form;
  private final KafkaProducer<byte[], byte[]> producer;

  /// What records hold.
  public interface Form {
    /// Of a publication.
    byte[] value(String channel, byte[] payload);
  }

  /// @param bootstrapServers of Kafka
  /// @param topic of the namespace
  public KafkaPublisher(String bootstrapServers, String topic) {
    this(bootstrapServers, topic, (_, payload) -> payload);
  }

  /// For who reads more from a record's value than the payload.
  ///
  /// @param bootstrapServers of Kafka
  public KafkaPublisher(String bootstrapServers, String topic, Form form) {
    this.topic = topic;
    this.form = form;
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
    send(record(channel, payload), outcome);
  }

  /// The same for a publication that belongs to a trace.
  ///
  /// @param traceparent of the W3C's form
  public void publishTraced(String channel, byte[] payload, String traceparent, Outcome outcome) {
    ProducerRecord<byte[], byte[]> record = record(channel, payload);
    record.headers().add(TraceParent.NAME, traceparent.getBytes(StandardCharsets.US_ASCII));
    send(record, outcome);
  }

  private ProducerRecord<byte[], byte[]> record(String channel, byte[] payload) {
    byte[] key = channel.getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, key, form.value(channel, payload));
  }

  private void send(ProducerRecord<byte[], byte[]> record, Outcome outcome) {
    var _ =
        producer.send(
            record,
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
