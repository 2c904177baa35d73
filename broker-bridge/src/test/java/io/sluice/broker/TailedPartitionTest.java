package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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
  void newsIsWhatCameSinceReadingStartedAndIsNotBelowTheWindow() {
    assertThat(partition.isNews(99)).isFalse();
    assertThat(partition.isNews(100)).isTrue();
    first.takeOver().publish(150);
    assertThat(partition.isNews(99)).isFalse();
    assertThat(partition.isNews(120)).as("read, and found to be bad later").isTrue();

    partition.replaceWindow(window(0, 130)); // retention overtook reading
    assertThat(partition.isNews(120)).isFalse();
    assertThat(partition.isNews(130)).isTrue();
  }

  /// 100 records in 50 s are 2 a second, so 1,000 take 500 s.
  @Test
  void forHowLongAClientMayBeAwayFollowsFromTheRateInTheWindow() {
    ReplayLimits limits = new ReplayLimits(1_000, ByteSize.mib(64));
    assertThat(partition.horizonAge(limits, 50_000)).as("nothing comes").isEmpty();
    WindowWriter writer = first.takeOver();
    for (int i = 0; i < 100; i++) {
      writer.append("a", i, 500L * i, new byte[0], new byte[] {'1'});
    }
    writer.publish(100);

    assertThat(partition.horizonAge(limits, 50_000)).contains(Duration.ofSeconds(500));
    assertThat(partition.horizonAge(limits, 100_000))
        .as("nothing has come since")
        .contains(Duration.ofSeconds(1_000));
    assertThat(partition.horizonAge(ReplayLimits.OFF, 50_000))
        .as("this window has lost nothing yet")
        .isEmpty();

    partition.logStart(0);
    partition.logStart(80); // Kafka keeps only 20
    assertThat(partition.horizonAge(limits, 50_000)).contains(Duration.ofSeconds(10));
  }

  /// A quiet topic: Kafka has let go of everything, and the window still has it.
  @Test
  void aLogThatHoldsNothingAnyMoreIsNoShortOne() {
    ReplayLimits limits = new ReplayLimits(1_000, ByteSize.mib(64));
    WindowWriter writer = first.takeOver();
    writer.append("a", 0, 0, new byte[0], new byte[] {'1'});
    writer.append("a", 1, 500, new byte[0], new byte[] {'1'});
    writer.publish(2);
    partition.logStart(0);
    partition.logStart(1);
    assertThat(partition.horizonAge(limits, 65_536)).contains(Duration.ofMillis(32_768));
    partition.logStart(2);
    assertThat(partition.horizonAge(limits, 65_536)).isEmpty();
  }

  /// As of a producer whose clock is ahead.
  @Test
  void timesThatAreYetToComeMakeNoHorizonNegative() {
    WindowWriter writer = first.takeOver();
    writer.append("a", 0, 90_000, new byte[0], new byte[] {'1'});
    writer.publish(1);
    assertThat(partition.horizonAge(new ReplayLimits(10, ByteSize.mib(1)), 50_000))
        .hasValueSatisfying(age -> assertThat(age).isPositive());
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
