package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

final class FaultyPartitionsTest {
  private static final TopicPartition A0 = new TopicPartition("a", 0);
  private static final TopicPartition A1 = new TopicPartition("a", 1);
  private static final TopicPartition B = new TopicPartition("b.a", 0);
  private static final TopicPartition B10 = new TopicPartition("b.a", 10);
  private static final List<TopicPartition> ASSIGNED = List.of(A0, A1, B, B10);

  @Test
  void allPartitionsOfATopicThatMayNotBeRead() {
    assertThat(FaultyPartitions.of(new TopicAuthorizationException(Set.of("a")), ASSIGNED))
        .containsExactlyInAnyOrder(A0, A1);
    assertThat(FaultyPartitions.of(new InvalidTopicException(Set.of("a")), ASSIGNED))
        .containsExactlyInAnyOrder(A0, A1);
  }

  @Test
  void thePartitionThatKafkasMessageNames() {
    for (String message :
        List.of(
            "Record batch for partition b.a-0 at offset 7 is invalid, cause: CRC",
            "Received exception when fetching the next record from b.a-0. If needed, please seek",
            "Encountered corrupt message when fetching offset 7 for topic-partition b.a-0")) {
      assertThat(FaultyPartitions.of(new KafkaException(message), ASSIGNED))
          .as(message)
          .containsExactly(B);
    }
  }

  @Test
  void nothingWhenNoPartitionIsToBlame() {
    assertThat(FaultyPartitions.of(new KafkaException("no route to host"), ASSIGNED)).isEmpty();
    assertThat(FaultyPartitions.of(new IllegalArgumentException("a-0"), ASSIGNED)).isEmpty();
    assertThat(FaultyPartitions.of(new TopicAuthorizationException("x"), ASSIGNED)).isEmpty();
  }
}
