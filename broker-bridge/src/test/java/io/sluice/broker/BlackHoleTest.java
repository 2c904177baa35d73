package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.SilentKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A broker that accepts connections and bytes, and never answers.
class BlackHoleTest {
  private static final String TOPIC = "orders";
  private static final Duration DEADLINE = Duration.ofMillis(800);
  private static final Duration OPEN_FOR = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Appended appended = new Appended();
  private SilentKafka kafka;
  private Producer<byte[], byte[]> beside;
  private BrokerBridge bridge;

  @BeforeEach
  void start() throws Exception {
    kafka = new SilentKafka();
    beside =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.direct().bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    bridge =
        BrokerBridge.open(
            new BridgeSettings(
                settings(kafka.linkedServers()),
                new WindowSettings(ByteSize.mib(16), Duration.ofMinutes(10), ByteSize.mib(1)),
                new PublishSettings(
                    1_000,
                    ByteSize.mib(1),
                    Duration.ofSeconds(3),
                    DEADLINE,
                    Duration.ofMillis(300),
                    new BreakerSettings(50, Duration.ofSeconds(1), OPEN_FOR, 2)),
                new ReplaySettings(1),
                List.of(TopicBinding.of(ChannelName.DEFAULT, TOPIC))),
            "test",
            appended,
            meters);
  }

  private static KafkaSettings settings(String servers) {
    return new KafkaSettings(
        servers, Map.of(), true, 1, (short) -1, "control", "dead", "ledger", 255, ByteSize.mib(16));
  }

  @AfterEach
  void close() throws Exception {
    bridge.close();
    beside.close();
    kafka.close();
  }

  @Test
  void publishesAreRefusedAtOnceReadingGoesOnWhereItWasAndBothWorkAgainByThemselves()
      throws Exception {
    await().atMost(PATIENCE).until(() -> outcome(publish()) instanceof PublishOutcome.Acknowledged);
    produce(100);
    appended.awaitUpTo(logEnd());

    kafka.link().fallSilent();
    produce(100);
    // once, unless this machine does not let it run for a second: that is excused, and only once
    await()
        .atMost(PATIENCE)
        .until(() -> {
          long asked = System.nanoTime();
          List<CompletableFuture<PublishOutcome>> lost =
              IntStream.range(0, 2 * PublishBreaker.FEWEST).mapToObj(_ -> publish()).toList();
          assertThat(lost.stream().map(BlackHoleTest::outcome))
              .allSatisfy(it -> assertThat(it).isInstanceOf(PublishOutcome.Unknown.class));
          assertThat(Duration.ofNanos(System.nanoTime() - asked))
              .isLessThan(DEADLINE.plusSeconds(5));
          return state() == BreakerState.State.OPEN;
        });

    CompletableFuture<PublishOutcome> refused = publish();
    assertThat(refused).isDone();
    assertThat(outcome(refused))
        .isInstanceOfSatisfying(
            PublishOutcome.Refused.class,
            it -> {
              assertThat(it.reason()).contains("breaker 'kafka:orders' is open");
              assertThat(it.retryAfter()).isLessThanOrEqualTo(OPEN_FOR);
            });
    assertThat(state()).isEqualTo(BreakerState.State.OPEN);
    assertThat(gauge("open")).isOne();
    assertThat(gauge("closed")).isZero();
    assertThat(
            meters.get("sluice.breaker.refusals").tag("breaker", "kafka:orders").counter().count())
        .isOne();
    // it tries again now and then, and fares no better
    await()
        .atMost(PATIENCE)
        .until(() -> !outcome(publish()).toString().contains("breaker 'kafka:orders' is"));
    assertThat(state()).isNotEqualTo(BreakerState.State.CLOSED);

    kafka.link().speak();
    // nobody publishes: Kafka is asked
    await().atMost(PATIENCE).until(() -> state() == BreakerState.State.CLOSED);
    await().atMost(PATIENCE).until(() -> outcome(publish()) instanceof PublishOutcome.Acknowledged);
    assertThat(bridge.breakers().getFirst().lastCause()).contains("Kafka");

    produce(100);
    long end = logEnd();
    appended.awaitUpTo(end);
    assertThat(appended.offsets)
        .containsExactlyElementsOf(LongStream.range(0, end).boxed().toList());
  }

  private long logEnd() throws Exception {
    return bridge
        .logEnd(bridge.partitions(ChannelName.DEFAULT).getFirst())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private BreakerState.State state() {
    return bridge.breakers().getFirst().state();
  }

  private double gauge(String state) {
    return meters
        .get("sluice.breaker.state")
        .tags("breaker", "kafka:orders", "state", state)
        .gauge()
        .value();
  }

  private CompletableFuture<PublishOutcome> publish() {
    return bridge
        .publish(
            new ChannelName(ChannelName.DEFAULT, "42"),
            "{}".getBytes(UTF_8),
            Map.of(),
            Optional.empty(),
            Optional.empty())
        .toCompletableFuture();
  }

  private static PublishOutcome outcome(CompletableFuture<PublishOutcome> publish) {
    return publish.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /// Not by the link.
  private void produce(int records) throws Exception {
    List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      sent.add(
          beside.send(new ProducerRecord<>(TOPIC, 0, "42".getBytes(UTF_8), "{}".getBytes(UTF_8))));
    }
    for (var each : sent) {
      each.get(10, TimeUnit.SECONDS);
    }
  }

  /// What was read, as it was told of.
  private static final class Appended implements TailListener {
    private final List<Long> offsets = new CopyOnWriteArrayList<>();

    void awaitUpTo(long end) {
      await().atMost(PATIENCE).until(() -> !offsets.isEmpty() && offsets.getLast() >= end - 1);
    }

    @Override
    public void appended(TailedPartition partition, Window window, long from, long to) {
      WindowCursor cursor = window.cursor(from, to);
      while (cursor.next()) {
        offsets.add(cursor.offset());
      }
    }

    @Override
    public void replaced(TailedPartition partition, Window old) {
      throw new AssertionError("the log is still the same");
    }

    @Override
    public void repartitioned(TopicBinding binding, int before, int now) {}
  }
}
