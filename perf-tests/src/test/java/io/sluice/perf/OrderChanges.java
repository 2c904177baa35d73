package io.sluice.perf;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Changes one order all the time, among records of other keys, on a thread of its own. The
/// `status` of a change is its number.
final class OrderChanges implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(2);
  private static final int OTHERS = 40;

  private final KafkaProducer<String, String> producer;
  private final String topic;
  private final String key;
  private final Random amounts = new Random(1);
  private final Thread thread = new Thread(this::run, "order-changes");
  private volatile boolean stopped;
  private volatile @Nullable Exception failure;
  private long total;
  private int changes;

  private OrderChanges(String bootstrapServers, String topic, String key) {
    this.producer = NumberedRecords.producer(bootstrapServers);
    this.topic = topic;
    this.key = key;
  }

  static OrderChanges start(String bootstrapServers, String topic, String key) {
    OrderChanges changes = new OrderChanges(bootstrapServers, topic, key);
    changes.thread.start();
    return changes;
  }

  /// Ends it and waits until Kafka has everything.
  ///
  /// @return the state that all changes make
  String stop() throws InterruptedException {
    stopped = true;
    thread.join();
    producer.flush();
    if (failure != null) {
      throw new AssertionError("a change was not published", failure);
    }
    return "{\"total\":%d,\"status\":\"%d\"}".formatted(total, changes);
  }

  private void run() {
    while (!stopped) {
      int amount = amounts.nextInt(1_000_000);
      total += amount;
      changes++;
      send(key, "{\"amount\":%d,\"status\":\"%d\"}".formatted(amount, changes));
      send("other" + changes % OTHERS, "{\"amount\":1}");
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  private void send(String to, String json) {
    var _ =
        producer.send(
            new ProducerRecord<>(topic, to, json),
            (_, e) -> {
              if (e != null) {
                failure = e;
              }
            });
  }

  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    producer.close();
  }
}
