package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class LogBoundsTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(registry);

  private double questions() {
    return registry.get("sluice.log.questions").counter().count();
  }

  @Test
  void whoAsksWhileAnotherQuestionIsUnderWayWaitsNoLongerThanTheFirst() {
    try (Admin nobody = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:1"))) {
      Duration timeout = Duration.ofSeconds(2);
      LogBounds ends = new LogBounds(() -> nobody, metrics, timeout);
      long began = System.nanoTime();
      CompletableFuture<Long> first =
          ends.end(PARTITION, Isolation.READ_COMMITTED).toCompletableFuture();
      CompletableFuture<Long> second =
          ends.end(PARTITION, Isolation.READ_COMMITTED).toCompletableFuture();

      assertThat(first).failsWithin(10, TimeUnit.SECONDS);
      assertThat(second).failsWithin(10, TimeUnit.SECONDS);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(timeout.minusMillis(100), timeout.plusMillis(1_500)); // two would take 4 s
    }
  }

  @Test
  void everyoneLearnsWhereTheLogBounds() {
    String topic = SharedKafka.freshTopic(1);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      LogBounds ends = new LogBounds(() -> admin, metrics);
      assertThat(questions()).isZero();
      for (int i = 0; i < 3; i++) {
        assertThat(
                ends.end(new TopicPartition(topic, 0), Isolation.READ_COMMITTED)
                    .toCompletableFuture())
            .succeedsWithin(10, TimeUnit.SECONDS)
            .isEqualTo(0L);
      }
      assertThat(questions()).isEqualTo(3);
    }
  }
}
