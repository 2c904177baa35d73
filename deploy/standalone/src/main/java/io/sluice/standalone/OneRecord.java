package io.sluice.standalone;

import io.sluice.broker.ChannelName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.StringSerializer;

/// One record on its way to Kafka, by an ordinary producer with the client's own partitioner.
///
/// @param servers bootstrap servers
/// @param topic where to
/// @param channel whose key part is the record's key
/// @param value JSON
/// @param tags become headers
record OneRecord(
    String servers, String topic, ChannelName channel, String value, Map<String, String> tags) {
  private static final String TAG_HEADER = "tag-";

  /// Somebody waits in front of a screen.
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration ONE_TRY = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /// Sends it and waits for the acknowledgement of all in-sync replicas.
  ///
  /// @return the line to print
  String send() throws CommandFailure, InterruptedException {
    KafkaProducer<String, String> producer = producer();
    try {
      RecordMetadata done =
          producer.send(record()).get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return "published channel=%s partition=%d offset=%d"
          .formatted(channel, done.partition(), done.offset());
    } catch (ExecutionException e) {
      throw refused(e.getCause() == null ? e : e.getCause());
    } catch (KafkaException | TimeoutException e) {
      throw refused(e);
    } finally {
      producer.close(CLOSING);
    }
  }

  private ProducerRecord<String, String> record() {
    var headed = new ProducerRecord<>(topic, channel.key(), value);
    var tag = new StringSerializer();
    tags.forEach((k, v) -> headed.headers().add(TAG_HEADER + k, tag.serialize(topic, v)));
    return headed;
  }

  private KafkaProducer<String, String> producer() throws CommandFailure {
    Map<String, Object> properties =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            (int) LIMIT.toMillis(),
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            (int) ONE_TRY.toMillis(),
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            (int) LIMIT.toMillis());
    try {
      return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    } catch (KafkaException e) {
      Throwable reason = e.getCause() instanceof ConfigException wrong ? wrong : e;
      throw CommandFailure.misused("cannot use Kafka at '" + servers + "': " + reason.getMessage());
    }
  }

  private CommandFailure refused(Throwable reason) {
    boolean nobody = reason instanceof org.apache.kafka.common.errors.TimeoutException;
    return CommandFailure.failed(
        "not published to topic %s, Kafka at %s: %s"
            .formatted(
                topic,
                servers,
                nobody
                    ? "no answer within " + LIMIT.toSeconds() + " s, or no such topic"
                    : reason.getMessage()));
  }
}
