package io.sluice.broker;

import io.sluice.embedded.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// One real Kafka broker for all tests of this JVM, started at first use. Tests use topics of their
/// own; one that stops the broker starts it again.
final class SharedKafka {
  private static final AtomicInteger TOPICS = new AtomicInteger();

  private SharedKafka() {}

  /// Starts at first use.
  private static final class Broker {
    static final EmbeddedKafka KAFKA = start();

    private static EmbeddedKafka start() {
      EmbeddedKafka kafka =
          EmbeddedKafka.builder()
              .brokerProperty("log.cleaner.backoff.ms", "500") // it looks so often what to compact
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
      return kafka;
    }
  }

  static EmbeddedKafka kafka() {
    return Broker.KAFKA;
  }

  /// A name no other test uses.
  static String freshName(String prefix) {
    return prefix + "-" + TOPICS.incrementAndGet();
  }

  static String freshTopic(int partitions) {
    return freshTopic(partitions, Map.of());
  }

  static String freshTopic(int partitions, Map<String, String> configs) {
    String name = freshName("topic");
    kafka().createTopic(name, partitions, configs);
    return name;
  }

  static KafkaSettings settings() {
    return settings(freshName("control"), freshName("dead"));
  }

  static KafkaSettings settings(String controlTopic, String deadLetterTopic) {
    return new KafkaSettings(
        kafka().bootstrapServers(),
        Map.of(),
        true,
        3,
        (short) -1,
        controlTopic,
        deadLetterTopic,
        deadLetterTopic + "-ledger",
        255,
        ByteSize.mib(16));
  }

  static ClientProperties clients(String nodeId) {
    return new ClientProperties(settings("unused.control", "unused.dead"), nodeId);
  }

  static Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        clients("test").consumer("reader", Isolation.READ_COMMITTED, ByteSize.mib(16)));
  }

  /// An ordinary producer, as services have it; not idempotent, because a broker that was stopped
  /// and started inside this JVM has been seen to give one producer id to two producers.
  static Producer<byte[], byte[]> plainProducer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka().bootstrapServers(), "enable.idempotence", "false"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /// Writes records and waits until they are stored.
  static void produce(List<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer = plainProducer()) {
      for (var sent : records.stream().map(producer::send).toList()) {
        sent.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Everything that is in a topic now, by partition and offset.
  static List<ConsumerRecord<byte[], byte[]>> everything(String topic) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka().bootstrapServers());
    properties.put("auto.offset.reset", "none");
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }
}
