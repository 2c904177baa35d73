package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class RestingTest {
  private static final TopicPartition ONE = new TopicPartition("t", 1);
  private static final TopicPartition TWO = new TopicPartition("t", 2);

  private final Resting resting = new Resting(() -> 1);

  @Test
  void onlyWhatFailedRestsAndOnlyForAWhile() {
    resting.rest(ONE, 0);
    assertThat(resting.isResting(ONE)).isTrue();
    assertThat(resting.isResting(TWO)).isFalse();
    assertThat(resting.wake(Resting.MIN.toNanos() - 1)).isFalse();
    assertThat(resting.wake(Resting.MIN.toNanos())).isTrue();
    assertThat(resting.isResting(ONE)).isFalse();
    assertThat(resting.wake(Resting.MIN.toNanos())).isFalse();
  }

  @Test
  void nobodyRestsExactlyAsLongAsTheOthers() {
    Resting shortly = new Resting(() -> 0);
    assertThat(shortly.rest(ONE, 0)).isEqualTo(Resting.MIN.dividedBy(2));
    assertThat(shortly.rest(ONE, 0)).isEqualTo(Resting.MIN);
    assertThat(new Resting().rest(ONE, 0)).isBetween(Resting.MIN.dividedBy(2), Resting.MIN);
  }

  @Test
  void whoFailsAgainRestsTwiceAsLongUpToTheLimitUntilItWasReadWell() {
    assertThat(resting.rest(ONE, 0)).isEqualTo(Resting.MIN);
    assertThat(resting.rest(ONE, 0)).isEqualTo(Resting.MIN.multipliedBy(2));
    for (int i = 0; i < 20; i++) {
      resting.rest(ONE, 0);
    }
    assertThat(resting.rest(ONE, 0)).isEqualTo(Resting.MAX);
    resting.healthy(ONE); // a record from before its rest
    assertThat(resting.rest(ONE, 0)).isEqualTo(Resting.MAX);
    resting.wake(Resting.MAX.toNanos());
    resting.healthy(ONE);
    assertThat(resting.rest(ONE, 0)).isEqualTo(Resting.MIN);
  }
}
