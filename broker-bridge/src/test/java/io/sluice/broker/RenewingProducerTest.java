package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// With Kafka's own `MockProducer`: no real broker fences an idempotent producer on request.
class RenewingProducerTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
  private final List<SendResult> results = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final RenewingProducer producer =
      new RenewingProducer("test", this::make, new BridgeMetrics(meters), clock::get);

  @Test
  void storedRecordTellsItsOffset() {
    send();
    made.getFirst().completeNext();
    assertThat(results).containsExactly(new SendResult.Stored(0));
  }

  @Test
  void fencedProducerIsReplacedBeforeTheNextRecord() throws Exception {
    send();
    failNext(new InvalidProducerEpochException("fenced"));
    assertThat(results.getFirst()).isInstanceOf(SendResult.Failed.class);
    send();
    assertThat(made).hasSize(2);
    assertThat(made.getFirst().closed()).isTrue();
    made.getLast().completeNext();
    assertThat(results.getLast()).isEqualTo(new SendResult.Stored(0));
    assertThat(meters.counter("sluice.producer.renewals", "role", "test").count()).isOne();
  }

  @Test
  void errorThrownBySendIsNotSentAndReplacesTheProducer() {
    made.getFirst().sendException = new KafkaException("in an error state");
    send();
    assertThat(results.getFirst()).isInstanceOf(SendResult.NotSent.class);
    send();
    assertThat(made).hasSize(2);
  }

  /// A real producer tells this by its callback, on the caller's thread.
  @Test
  void recordForATopicThatIsNotThereIsNotSentAndKeepsTheProducer() {
    try (RenewingProducer real =
        new RenewingProducer(
            "test",
            () -> new KafkaProducer<>(SharedKafka.clients("n1").chores()),
            new BridgeMetrics(meters))) {
      real.send(
          new ProducerRecord<>(SharedKafka.freshName("nowhere"), 0, new byte[1], new byte[1]),
          results::add);
      assertThat(results)
          .singleElement()
          .isInstanceOfSatisfying(
              SendResult.NotSent.class,
              it -> assertThat(it.cause()).isInstanceOf(TimeoutException.class));
      assertThat(meters.get("sluice.producer.renewals").counter().count()).isZero();
    }
  }

  @Test
  void aClockThatIsSetBackReplacesTheProducerAndWhatWasUnderWaySaysNothingOfKafka()
      throws Exception {
    send();
    producer.setBack(Duration.ofMinutes(10));
    assertThat(made).hasSize(2);
    send();
    assertThat(made.getFirst().closed()).isTrue();
    assertThat(made.getLast().history()).hasSize(1);
    failNextOf(made.getFirst(), new KafkaException("closed forcefully"));
    assertThat(results.getLast())
        .isInstanceOfSatisfying(
            SendResult.Failed.class,
            it -> {
              assertThat(it.cause()).isInstanceOf(ReplacedException.class);
              assertThat(PublishFaults.sign(it)).isEqualTo(KafkaSign.NOTHING);
            });
  }

  @Test
  void aClockThatIsSetBackReplacesAProducerThatIsFresh() throws Exception {
    send();
    failNext(new InvalidProducerEpochException("fenced"));
    send();
    assertThat(made).hasSize(2);
    producer.setBack(Duration.ofMinutes(10));
    assertThat(made).hasSize(3);
    await().until(() -> made.get(1).closed());
    send();
    assertThat(made.getLast().history()).hasSize(1);
  }

  /// Its thread may hang where a broker's name is looked up.
  @Timeout(30)
  @Test
  void oneThatIsReplacedAndDoesNotEndHoldsUpNobody() throws Exception {
    CountDownLatch goesOn = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    MockProducer<byte[], byte[]> hanging =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public void close(Duration timeout) {
            closing.countDown();
            try {
              goesOn.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
            super.close(timeout);
          }
        };
    Queue<MockProducer<byte[], byte[]>> first = new ArrayDeque<>(List.of(hanging));
    RenewingProducer renewing =
        new RenewingProducer(
            "test",
            () -> first.isEmpty() ? make() : first.remove(),
            new BridgeMetrics(meters),
            clock::get);
    renewing.setBack(Duration.ofMinutes(10));
    closing.await();
    renewing.send(record(), results::add);
    assertThat(made.getLast().history()).hasSize(1);
    assertThat(hanging.closed()).isFalse();
    renewing.close();
    goesOn.countDown();
    await().until(hanging::closed);
  }

  @Test
  void lastingFaultReplacesTheProducerOnceASecondAtMost() throws Exception {
    for (int i = 0; i < 10; i++) {
      send();
      failNext(new OutOfOrderSequenceException("gap"));
      clock.addAndGet(Duration.ofMillis(500).toNanos());
    }
    assertThat(made).hasSize(6);
  }

  @Test
  void producerThatCannotBeMadeIsTriedAgain() {
    List<RuntimeException> faults = new ArrayList<>();
    RenewingProducer unlucky =
        new RenewingProducer(
            "test",
            () -> {
              if (!faults.isEmpty()) {
                throw faults.removeFirst();
              }
              return make();
            },
            new BridgeMetrics(meters),
            clock::get);
    made.getLast().sendException = new KafkaException("fatal");
    unlucky.send(record(), results::add);
    faults.add(new KafkaException("no such host"));
    unlucky.send(record(), results::add);
    assertThat(results.getLast()).isInstanceOf(SendResult.NotSent.class);
    clock.addAndGet(Duration.ofSeconds(2).toNanos());
    unlucky.send(record(), results::add);
    assertThat(results).hasSize(2);
    assertThat(made.getLast().history()).hasSize(1);
  }

  @Test
  void onlyWhatMayBeFatalReplacesTheProducer() {
    assertThat(RenewingProducer.survives(new TimeoutException("expired"))).isTrue();
    assertThat(RenewingProducer.survives(new NotEnoughReplicasException("one"))).isTrue();
    assertThat(RenewingProducer.survives(new RecordTooLargeException("big"))).isTrue();
    assertThat(RenewingProducer.survives(new TopicAuthorizationException("t"))).isTrue();
    assertThat(RenewingProducer.survives(new SaslAuthenticationException("password"))).isTrue();
    assertThat(RenewingProducer.survives(new ClusterAuthorizationException("no"))).isFalse();
    assertThat(RenewingProducer.survives(new InvalidProducerEpochException("old"))).isFalse();
    assertThat(RenewingProducer.survives(new IllegalStateException("closed"))).isFalse();
  }

  @Test
  void nothingIsSentAfterClosing() {
    producer.close();
    producer.close();
    send();
    assertThat(results.getFirst()).isInstanceOf(SendResult.NotSent.class);
    assertThat(made).hasSize(1);
  }

  /// As Kafka does it: on a thread of the producer's own.
  private void failNext(RuntimeException e) throws Exception {
    failNextOf(made.getLast(), e);
  }

  private static void failNextOf(MockProducer<byte[], byte[]> one, RuntimeException e)
      throws Exception {
    try (var io = Executors.newSingleThreadExecutor()) {
      io.submit(() -> one.errorNext(e)).get(5, TimeUnit.SECONDS);
    }
  }

  private void send() {
    producer.send(record(), results::add);
  }

  private static ProducerRecord<byte[], byte[]> record() {
    return new ProducerRecord<>("t", 0, new byte[1], new byte[1]);
  }

  private MockProducer<byte[], byte[]> make() {
    MockProducer<byte[], byte[]> fresh =
        new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    made.add(fresh);
    return fresh;
  }
}
