package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class PositionsTest {
  private static final TopicBinding BINDING = TopicBinding.of("default", "t");
  private static final PositionPlan OTHER_LOG =
      new PositionPlan.Unrecoverable(PositionPlan.Reason.EPOCH);

  private static List<TailedPartition> partitions(int from, int count) {
    List<TailedPartition> all = new ArrayList<>();
    for (int p = from; p < count; p++) {
      Window window =
          new Window(
              BINDING,
              new Epoch(Uuid.ZERO_UUID, p, count, 0),
              0,
              ByteSize.mib(1),
              (_, _, _, _, _, _) -> {});
      window.takeOver().publish(10);
      all.add(new TailedPartition(p, BINDING, p, window, 0));
    }
    return all;
  }

  private static TopicTail topic(int count) {
    return new TopicTail(
        BINDING, new RecordRouter(BINDING, 255), Uuid.ZERO_UUID, partitions(0, count));
  }

  /// As the topic watch does it.
  private static void grow(TopicTail topic, int count) {
    int before = topic.count();
    topic.partitions().forEach(p -> p.window().recount(count));
    topic.grow(partitions(before, count));
  }

  private static byte[] bytes(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private static int at(String key, int count) {
    return Partitioner.MURMUR2.partition(key, count);
  }

  /// Where a channel of this key lay at offset 5 when there were so many partitions.
  private static PositionPlan plan(TopicTail topic, String key, int count) {
    TailedPartition partition = topic.partitionOf(bytes(key));
    Epoch epoch = new Epoch(Uuid.ZERO_UUID, at(key, count), count, 0);
    return Positions.plan(new Position(epoch.toString(), 5), bytes(key), topic, partition.window());
  }

  private static String keyThat(java.util.function.Predicate<String> fits) {
    return IntStream.range(0, 100_000)
        .mapToObj(i -> "k" + i)
        .filter(fits)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aNodeThatDidNotSeeTheTopicGrowTrustsOnlyChannelsThatNoCountBetweenWouldHaveMoved() {
    TopicTail restarted = topic(4);
    String away = keyThat(key -> at(key, 2) == at(key, 4) && at(key, 3) != at(key, 4));
    String stayed =
        keyThat(key -> IntStream.rangeClosed(2, 4).allMatch(n -> at(key, n) == at(key, 4)));

    assertThat(plan(restarted, away, 2)).isEqualTo(OTHER_LOG);
    assertThat(plan(restarted, stayed, 2)).isEqualTo(new PositionPlan.FromWindow(5));
  }

  @Test
  void aNodeThatSawTheTopicGrowKnowsTheCountsThereWere() {
    TopicTail topic = topic(2);
    grow(topic, 4);
    String key = keyThat(k -> at(k, 2) == at(k, 4) && at(k, 3) != at(k, 4));
    assertThat(plan(topic, key, 2)).isEqualTo(new PositionPlan.FromWindow(5));
  }

  @Test
  void aChannelThatWentAwayAndCameBackIsAnotherLog() {
    TopicTail topic = topic(2);
    grow(topic, 3);
    grow(topic, 4);
    String key = keyThat(k -> at(k, 2) == at(k, 4) && at(k, 3) != at(k, 4));
    assertThat(plan(topic, key, 2)).isEqualTo(OTHER_LOG);
  }

  @Test
  void anAbsurdCountCostsNothing() {
    TopicTail topic = topic(1);
    String key = keyThat(k -> true);
    Position asked = new Position(new Epoch(Uuid.ZERO_UUID, 0, Integer.MAX_VALUE, 0).toString(), 5);
    assertThat(Positions.plan(asked, bytes(key), topic, topic.partition(0).window()))
        .isEqualTo(OTHER_LOG);
  }
}
