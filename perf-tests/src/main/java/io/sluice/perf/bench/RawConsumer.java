package io.sluice.perf.bench;

import io.sluice.perf.check.Ledger;
import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.Load;
import io.sluice.perf.load.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A plain consumer of one partition, read as a gateway would: without a group, as soon as anything
/// is there. One thread; it reads on its own.
final class RawConsumer implements AutoCloseable {
  private static final Pattern SENT = Pattern.compile("\"t\":(\\d+)");
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final long PAUSE_NS = 1_000_000;
  private static final long MOST_MICROS = 60_000_000;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaPublisher publisher;
  private final Load load;
  private final Thread reader;
  private final Object lock = new Object();
  private Histogram micros = new Histogram(1, MOST_MICROS, 3);
  private volatile boolean closing;

  private RawConsumer(
      KafkaConsumer<byte[], byte[]> consumer, KafkaPublisher publisher, String prefix) {
    this.consumer = consumer;
    this.publisher = publisher;
    this.load = new Load(publisher, new Ledger(prefix, 1), new Payload(Session.PAYLOAD));
    this.reader = Thread.ofPlatform().daemon().name("raw-consumer").unstarted(this::read);
  }

  /// @param topic of its own, made here
  static RawConsumer open(String kafka, String topic) throws IOException {
    Map<String, Object> where = Map.of("bootstrap.servers", kafka);
    try (Admin admin = Admin.create(where)) {
      admin.createTopics(List.of(new NewTopic(topic, 1, (short) -1))).all().get();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IOException("no topic for the raw consumer: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(new TopicPartition(topic, 0)));
    RawConsumer raw = new RawConsumer(consumer, new KafkaPublisher(kafka, topic), topic + "c");
    raw.reader.start();
    return raw;
  }

  private void read() {
    try (consumer) {
      while (!closing) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          received(new String(record.value(), StandardCharsets.US_ASCII), System.nanoTime());
        }
      }
    }
  }

  private void received(String payload, long now) {
    Matcher sent = SENT.matcher(payload);
    if (!sent.find()) {
      throw new IllegalStateException("not one of ours: " + payload);
    }
    synchronized (lock) {
      micros.recordValue(Math.clamp((now - Long.parseLong(sent.group(1))) / 1_000, 1, MOST_MICROS));
    }
  }

  /// Publishes at a pace and waits for the last arrival.
  ///
  /// @return µs
  Histogram run(double perSecond, Duration duration) throws IOException {
    Load.Done done = load.run(perSecond, duration);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (count() < done.publications()) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the raw consumer got %d of %s".formatted(count(), done));
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    synchronized (lock) {
      Histogram all = micros;
      micros = new Histogram(1, MOST_MICROS, 3);
      return all;
    }
  }

  private long count() {
    synchronized (lock) {
      return micros.getTotalCount();
    }
  }

  @Override
  public void close() {
    closing = true;
    publisher.close();
    try {
      reader.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
