package io.sluice.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.health.HealthCheck.State;
import io.sluice.gateway.health.TailingCheck.Reading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChecksTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final KafkaCheck kafka = new KafkaCheck(Duration.ofMinutes(10), seconds(0));
  private final TailingCheck tailing = new TailingCheck(Duration.ofSeconds(30));

  private static long seconds(long s) {
    return Duration.ofSeconds(s).toNanos();
  }

  private static Reading late(Duration late) {
    return new Reading(true, true, late, "orders/3", 0);
  }

  @Test
  void kafkaMayBeAwayForItsGraceAndThenTheNodeIsDownUntilItIsBack() {
    assertThat(kafka.look(true, seconds(100)).state()).isEqualTo(State.UP);
    assertThat(kafka.look(false, seconds(200)).state()).isEqualTo(State.DEGRADED);
    assertThat(kafka.look(false, seconds(799)).state()).isEqualTo(State.DEGRADED);
    assertThat(kafka.look(false, seconds(800)))
        .isEqualTo(
            new KafkaCheck.Verdict(
                State.DOWN, "has not answered for longer than kafka.ready-grace, 600 s"));
    assertThat(kafka.look(true, seconds(900)).state()).isEqualTo(State.UP);
    assertThat(kafka.look(false, seconds(901)).state()).as("anew").isEqualTo(State.DEGRADED);
  }

  @Test
  void whoIsTooFarBehindIsDown() {
    assertThat(tailing.look(late(Duration.ofSeconds(30)), LONG).state()).isEqualTo(State.UP);
    assertThat(tailing.look(late(Duration.ofSeconds(31)), LONG))
        .isEqualTo(
            new KafkaCheck.Verdict(
                State.DOWN, "orders/3 is 31 s behind, more than kafka.ready-lag, 30 s"));
  }

  /// What was there before Kafka went away could not be read, and tailers take a moment to come
  /// back.
  @Test
  void beingBehindCountsOnlyWhileKafkaAnswers() {
    kafka.look(false, seconds(100));
    assertThat(tailing.look(late(LONG), kafka.answering(seconds(400))).state()).isEqualTo(State.UP);
    kafka.look(true, seconds(500));
    assertThat(tailing.look(late(LONG), kafka.answering(seconds(520))).state()).isEqualTo(State.UP);
    assertThat(tailing.look(late(LONG), kafka.answering(seconds(531))).state())
        .isEqualTo(State.DOWN);
  }

  @Test
  void aPartitionThatCannotBeReadByAnyNodeTakesNoneOutOfTheBalancer() {
    assertThat(tailing.look(new Reading(true, true, Duration.ZERO, "", 1), LONG).state())
        .isEqualTo(State.DEGRADED);
  }

  @Test
  void whoHasNotReadThePastOrReadsNoMoreIsDown() {
    assertThat(tailing.look(new Reading(true, false, Duration.ZERO, "", 0), LONG).detail())
        .isEqualTo("catching up");
    assertThat(tailing.look(new Reading(false, true, Duration.ZERO, "", 0), LONG).detail())
        .isEqualTo("stopped");
  }
}
