package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    return Positions.plan(
        new Position(epoch.toString(), 5), bytes(key), topic, partition.window(), ReplayLimits.OFF);
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
    assertThat(
            Positions.plan(asked, bytes(key), topic, topic.partition(0).window(), ReplayLimits.OFF))
        .isEqualTo(OTHER_LOG);
  }

  /// Every offset, against a window that begins at 4 and ends at 8 of a log that is longer on both
  /// sides, in this lineage and another.
  @ParameterizedTest
  @CsvSource({
    // offset, most records below, plan
    "0, 0, BELOW_WINDOW",
    "3, 0, BELOW_WINDOW",
    "0, 7, TOO_FAR",
    "0, 8, kafka",
    "1, 7, kafka",
    "3, 4, TOO_FAR",
    "3, 5, kafka",
    "4, 0, window",
    "4, 1, window",
    "7, 0, window",
    "8, 0, nothing",
    "9, 0, ahead",
    "9, 99, ahead",
  })
  void everyOffsetHasOnePlan(long offset, long most, String expected) {
    TopicTail topic = topic(1);
    TailedPartition partition = topic.partition(0);
    Window window =
        new Window(
            BINDING, partition.window().identity(), 4, ByteSize.mib(1), (_, _, _, _, _, _) -> {});
    window.takeOver().publish(8);
    partition.replaceWindow(window);
    Position asked = new Position(window.epoch(), offset);
    ReplayLimits limits = new ReplayLimits(most, ByteSize.mib(1));
    PositionPlan plan = Positions.plan(asked, bytes("k"), topic, window, limits);
    assertThat(plan)
        .isEqualTo(
            switch (expected) {
              case "kafka" -> new PositionPlan.FromKafka(offset);
              case "window" -> new PositionPlan.FromWindow(offset);
              case "nothing" -> new PositionPlan.NothingMissed(offset);
              case "ahead" -> new PositionPlan.Ahead(offset);
              default -> new PositionPlan.Unrecoverable(PositionPlan.Reason.valueOf(expected));
            });
    Position older = new Position(new Epoch(Uuid.ZERO_UUID, 0, 1, 7).toString(), offset);
    assertThat(Positions.plan(older, bytes("k"), topic, window, limits)).isEqualTo(OTHER_LOG);
  }

  /// The log was cut at 6 under leadership 3; the window begins at 4 and ends at 8.
  @ParameterizedTest
  @CsvSource({
    "0, 3, BELOW_WINDOW",
    "0, 4, window",
    "0, 6, window", // all that it has seen is still there
    "0, 7, EPOCH",
    "2, 7, EPOCH", // of a node that knew another cut before
    "3, 7, window",
    "3, 8, nothing",
    "3, 9, ahead",
    "4, 5, EPOCH", // a cut that nobody here knows of
  })
  void positionsFromBeforeATruncationAreGoodBelowIt(int lineage, long offset, String expected) {
    TopicTail topic = topic(1);
    Window window =
        new Window(
            BINDING,
            new Epoch(Uuid.ZERO_UUID, 0, 1, 3),
            Lineage.of(List.of(new Cut(3, 6))),
            4,
            Leaderships.NONE,
            ByteSize.mib(1),
            Optional.empty(),
            (_, _, _, _, _, _) -> {});
    window.takeOver().publish(8);
    Position asked = new Position(new Epoch(Uuid.ZERO_UUID, 0, 1, lineage).toString(), offset);
    assertThat(Positions.plan(asked, bytes("k"), topic, window, ReplayLimits.OFF))
        .isEqualTo(
            switch (expected) {
              case "window" -> new PositionPlan.FromWindow(offset);
              case "nothing" -> new PositionPlan.NothingMissed(offset);
              case "ahead" -> new PositionPlan.Ahead(offset);
              default -> new PositionPlan.Unrecoverable(PositionPlan.Reason.valueOf(expected));
            });
    assertThat(Positions.isNews(asked, topic, window)).isEqualTo(lineage > 3);
  }

  @Test
  void bytesBelowTheWindowAreEstimatedByThoseInIt() {
    TopicTail topic = topic(1);
    TailedPartition partition = topic.partition(0);
    Window window =
        new Window(
            BINDING, partition.window().identity(), 100, ByteSize.mib(8), (_, _, _, _, _, _) -> {});
    WindowWriter writer = window.takeOver();
    byte[] value = new byte[10_000];
    for (int i = 0; i < 10; i++) {
      assertThat(writer.append("k", 100 + i, 0, new byte[0], value)).isTrue();
    }
    writer.publish(110);
    ReplayLimits oneMib = new ReplayLimits(10_000, ByteSize.mib(1));
    assertThat(window.mayReplay(6, oneMib)).isTrue(); // 104 records of 10,033 bytes
    assertThat(window.mayReplay(5, oneMib)).isFalse();
  }
}
