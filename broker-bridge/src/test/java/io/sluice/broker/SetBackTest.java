package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// With given clocks.
final class SetBackTest {
  private long wallMillis = 1_790_000_000_000L;
  private long nanos = Long.MAX_VALUE - 1_000;
  private final SetBack clock = new SetBack(() -> wallMillis, () -> nanos);

  private void pass(Duration time) {
    wallMillis += time.toMillis();
    nanos += time.toNanos();
  }

  @Test
  void aClockThatIsSetBackIsNoticedOnce() {
    pass(Duration.ofHours(1));
    assertThat(clock.by()).isZero();
    wallMillis -= Duration.ofMinutes(10).toMillis();
    pass(Duration.ofSeconds(3));
    assertThat(clock.by()).isEqualTo(Duration.ofMinutes(10));
    pass(Duration.ofSeconds(3));
    assertThat(clock.by()).isZero();
  }

  @Test
  void aClockThatIsSetForwardOrKeptInTimeIsNot() {
    wallMillis += Duration.ofMinutes(10).toMillis();
    assertThat(clock.by()).isZero();
    for (int i = 0; i < 100; i++) {
      wallMillis -= 100;
      assertThat(clock.by()).as("a little at a time").isZero();
    }
    wallMillis -= Duration.ofMinutes(10).toMillis();
    assertThat(clock.by()).as("and right again").isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void aConsumerFailsOnceSoThatAnotherOneIsMade() {
    ClientProperties properties = SharedKafka.clients("n1");
    try (ClockedConsumer consumer =
        new ClockedConsumer(
            properties.consumer("test", Isolation.READ_UNCOMMITTED, ByteSize.mib(1)), clock)) {
      TopicPartition partition = new TopicPartition(SharedKafka.freshName("clock"), 0);
      consumer.assign(Set.of(partition));
      consumer.seek(partition, 0);
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
      wallMillis -= 5_000;
      assertThatThrownBy(() -> consumer.poll(Duration.ZERO))
          .isInstanceOf(KafkaException.class)
          .hasMessageContaining("set back by 5000 ms");
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
    }
  }
}
