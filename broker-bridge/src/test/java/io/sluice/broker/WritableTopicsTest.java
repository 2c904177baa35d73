package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;

class WritableTopicsTest {
  private static final List<Node> NODES =
      IntStream.range(0, 3).mapToObj(id -> new Node(id, "localhost", 9092)).toList();

  @Test
  void aPartitionOfManyThatLacksReplicasDoesNotKeepTheOthersFromWriting() {
    assertThat(takes(11, 1)).isTrue();
    assertThat(takes(7, 5)).isTrue();
  }

  @Test
  void whereABreakerWouldOpenAgainItIsNotClosed() {
    assertThat(takes(6, 6)).isFalse();
    assertThat(takes(0, 1)).isFalse();
    assertThat(takes(0, 0)).isFalse();
  }

  @Test
  void aPartitionWithoutALeaderTakesNothing() {
    TopicPartitionInfo leaderless = new TopicPartitionInfo(0, null, NODES, NODES);
    assertThat(WritableTopics.takes(List.of(leaderless), 1, 50)).isFalse();
  }

  /// Brokers ask for no more replicas than there are.
  @Test
  void whereThereAreFewerReplicasThanAreWantedAllAreEnough() {
    List<Node> one = NODES.subList(0, 1);
    TopicPartitionInfo single = new TopicPartitionInfo(0, one.getFirst(), one, one);
    assertThat(WritableTopics.takes(List.of(single), 2, 50)).isTrue();
  }

  private static boolean takes(int whole, int lacking) {
    return WritableTopics.takes(
        Stream.concat(
                IntStream.range(0, whole).mapToObj(p -> partition(p, 3)),
                IntStream.range(0, lacking).mapToObj(p -> partition(whole + p, 1)))
            .toList(),
        2,
        50);
  }

  private static TopicPartitionInfo partition(int number, int inSync) {
    return new TopicPartitionInfo(number, NODES.getFirst(), NODES, NODES.subList(0, inSync));
  }
}
