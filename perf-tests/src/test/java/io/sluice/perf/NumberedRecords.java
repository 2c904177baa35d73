package io.sluice.perf;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// An ordinary producer, with the Java client's own partitioner and nothing of Sluice: channel
/// after channel it sends `{"n":0}`, `{"n":1}`… For one thread; the counts are for any.
final class NumberedRecords implements AutoCloseable {
  private final KafkaProducer<String, String> producer;
  private final String topic;
  private final String filling;
  private final List<String> channels;
  private final Map<String, Long> next;
  private volatile @Nullable Exception failure;
  private int turn;

  /// @param channels whose names are the records' keys
  NumberedRecords(String bootstrapServers, String topic, List<String> channels) {
    this(bootstrapServers, topic, channels, 0);
  }

  /// @param filling bytes more of each record
  NumberedRecords(String bootstrapServers, String topic, List<String> channels, int filling) {
    this.filling = filling == 0 ? "" : ",\"filling\":\"" + "x".repeat(filling) + "\"";
    this.producer = producer(bootstrapServers);
    this.topic = topic;
    this.channels = channels;
    this.next =
        new ConcurrentHashMap<>(channels.stream().collect(Collectors.toMap(it -> it, _ -> 0L)));
  }

  /// The Java client with nothing configured.
  static KafkaProducer<String, String> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers),
        new StringSerializer(),
        new StringSerializer());
  }

  /// Sends so many records and waits until Kafka has them.
  ///
  /// @param perSecond how fast
  void send(int count, int perSecond) {
    long started = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = started + TimeUnit.SECONDS.toNanos(1) * i / perSecond;
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      sendOne();
    }
    flush();
  }

  /// Sends one record to the next channel.
  void sendOne() {
    String channel = channels.get(turn++ % channels.size());
    long sequence = next.merge(channel, 1L, Long::sum) - 1;
    String value = "{\"n\":" + sequence + filling + "}";
    var _ =
        producer.send(
            new ProducerRecord<>(topic, channel, value),
            (_, e) -> {
              if (e != null) {
                failure = e;
              }
            });
  }

  /// Waits until Kafka has everything sent.
  void flush() {
    producer.flush();
    if (failure != null) {
      throw new AssertionError("a record was not published", failure);
    }
  }

  /// How many records each channel has had.
  Map<String, Long> published() {
    return Map.copyOf(next);
  }

  @Override
  public void close() {
    producer.close();
  }
}
