package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class TailedPartitionTest {
  private static final TopicBinding BINDING = TopicBinding.of("default", "t");

  private final Window first = window(0, 0);
  private final TailedPartition partition = new TailedPartition(0, BINDING, 0, first, 100);

  private static Window window(int lineage, long start) {
    return new Window(
        BINDING,
        new Epoch(Uuid.ZERO_UUID, 0, 1, lineage),
        start,
        ByteSize.mib(1),
        (_, _, _, _, _, _) -> {});
  }

  @Test
  void isCaughtUpOnceReadToWhereTheLogEnded() {
    WindowWriter writer = first.takeOver();
    writer.publish(99);
    assertThat(partition.caughtUp()).isFalse();
    writer.publish(100);
    assertThat(partition.caughtUp()).isTrue();
  }

  @Test
  void staysCaughtUpWhenAShorterLogTakesTheOldOnesPlace() {
    first.takeOver().publish(100);
    partition.replaceWindow(window(1, 0));
    assertThat(partition.caughtUp()).isTrue();
  }

  @Test
  void isNotHeldUpByTheEndOfALogThatIsGone() {
    partition.replaceWindow(window(1, 10));
    assertThat(partition.caughtUp()).isTrue();
  }

  @Test
  void stillHasToCatchUpWhenRetentionOvertookReading() {
    partition.replaceWindow(window(0, 50));
    assertThat(partition.caughtUp()).isFalse();
  }

  @Test
  void aWindowIsReplacedByWhoeverIsQuicker() {
    Window watchs = window(1, 0);
    Window tailers = window(2, 0);
    assertThat(partition.replaceWindow(watchs)).isSameAs(first);

    assertThat(partition.replaceWindow(first, tailers)).isFalse();
    assertThat(partition.window()).isSameAs(watchs);
    assertThat(partition.replaceWindow(watchs, tailers)).isTrue();
    assertThat(partition.window()).isSameAs(tailers);
  }
}
