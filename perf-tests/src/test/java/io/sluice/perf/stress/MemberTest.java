package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What a user is blamed for, and what the servers are.
final class MemberTest {
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "stress.scale", "0.02",
          "stress.edge", "ws://one/, ws://two/",
          "stress.api", "http://one/, http://two/");

  private final AtomicLong clock = new AtomicLong(1_000_000);
  private StressRun run = run(StressScenario.BASELINE);
  private Member member = new Member(run, 0, clock::get);
  private int asked = 1;

  private static StressRun run(StressScenario scenario) {
    return new StressRun(StressPlan.of(scenario, ELSEWHERE::get));
  }

  private void plays(StressScenario scenario) {
    run = run(scenario);
    member = new Member(run, 0, clock::get);
  }

  /// It connects, and is subscribed to its two rooms.
  private void comes() {
    member.begins();
    assertThat(member.opening()).contains("stress-room-0", "stress-room-1");
    hears("{\"id\":1,\"connect\":{\"client\":\"c\"}}");
    for (asked = 2; asked <= 3; asked++) {
      hears(
          """
          {"id":%d,"subscribe":{"positioned":true,"recoverable":true,"recovered":true,"epoch":"e","offset":9}}
          """
              .formatted(asked)
              .strip());
    }
    assertThat(member.stays()).isTrue();
  }

  private void hears(String frame) {
    member.hears(frame, clock.get());
  }

  /// Of its first room.
  private long published() {
    long sequence = run.published().rooms().begin(0);
    run.published().rooms().acknowledged(0, sequence, -1);
    return sequence;
  }

  private void isGiven(long sequence) {
    hears(
        "{\"push\":{\"channel\":\"stress-room-0\",\"pub\":{\"offset\":%d,\"data\":{\"n\":%d,\"t\":%d}}}}"
            .formatted(sequence + 10, sequence, System.nanoTime()));
  }

  private void passes(long millis) {
    clock.addAndGet(millis);
  }

  private long dropped() {
    return run.measures().badly(Measures.STAY);
  }

  @Test
  void silenceIsNoFaultWhenNothingWasPublished() {
    comes();
    passes(60_000);
    assertThat(member.stays()).isTrue();
    assertThat(dropped()).isZero();
  }

  @Test
  void silenceIsNoFaultWhenNothingThatWasPublishedWasAcknowledged() {
    comes();
    run.published().rooms().begin(0);
    assertThat(member.stays()).isTrue();
    passes(10_000);
    assertThat(member.stays()).isTrue();
  }

  @Test
  void aPublishThatHangsIsNoFaultOfConnections() {
    comes();
    passes(8_000);
    long late = published();
    assertThat(member.stays()).isTrue();
    passes(100);
    isGiven(late);
    passes(2_950);
    published();
    assertThat(member.stays()).isTrue();
    assertThat(dropped()).isZero();
  }

  @Test
  void whoIsNotGivenWhatTheLogHasIsDropped() {
    comes();
    published();
    assertThat(member.stays()).isTrue();
    passes(3_000);
    assertThat(member.stays()).isTrue();
    passes(1);
    assertThat(member.stays()).isFalse();
    member.leaves();
    assertThat(dropped()).isOne();
  }

  @Test
  void soIsWhoIsNotGivenWhatWasPublishedLast() {
    comes();
    published();
    run.published().end();
    assertThat(member.stays()).isTrue();
    passes(3_001);
    assertThat(member.stays()).isFalse();
    member.leaves();
    assertThat(dropped()).isOne();
    assertThat(run.measures().well(Measures.STAY)).isZero();
  }

  @Test
  void whoIsToLeaveStaysUntilAPublicationShowsThatItsConnectionLives() {
    comes();
    run.storm();
    assertThat(member.stays()).isTrue();
    passes(500);
    isGiven(published());
    assertThat(member.stays()).isFalse();
    member.leaves();
    assertThat(run.measures().well(Measures.STAY)).isOne();
    assertThat(dropped()).isZero();
  }

  @Test
  void aConnectionThatWasGoneBeforeAStormIsADrop() {
    comes();
    published();
    passes(100);
    run.storm();
    assertThat(member.stays()).isTrue();
    passes(3_001);
    assertThat(member.stays()).isFalse();
    member.leaves();
    assertThat(dropped()).isOne();
  }

  @Test
  void whoIsToLeaveDoesNotWaitForWhatNobodyPublishes() {
    comes();
    run.storm();
    assertThat(member.stays()).isTrue();
    passes(1_001);
    assertThat(member.stays()).isFalse();
    member.leaves();
    assertThat(run.measures().well(Measures.STAY)).isOne();
  }

  @Test
  void whoComesBackGoesOnFromItsPositionsAndTellsHowLongItWasAway() {
    comes();
    run.storm();
    passes(1_001);
    assertThat(member.stays()).isTrue();
    passes(1_001);
    assertThat(member.stays()).isFalse();
    member.leaves();
    member.begins();
    assertThat(member.opening()).contains("\"recover\":true");
    assertThat(run.measures().well(Measures.BACK)).isZero();
    comes();
    assertThat(run.measures().well(Measures.BACK)).isOne();
    assertThat(run.measures().well(Measures.RECOVERY)).isEqualTo(2);
  }

  @Test
  void whoNeverComesBackIsTold() {
    comes();
    published();
    run.storm();
    assertThat(member.stays()).isTrue();
    passes(3_001);
    assertThat(member.stays()).isFalse();
    member.leaves();
    run.published().end();
    run.leave(member);
    assertThat(run.measures().badly(Measures.BACK)).isOne();
  }

  @Test
  void oneOfFourUsersOfASoakComesBackAgainAndAgainAsSomebodyNew() {
    plays(StressScenario.SOAK);
    assertThat(run.isRestless(0)).isTrue();
    assertThat(run.isRestless(1)).isFalse();
    comes();
    passes(10_001);
    assertThat(member.stays()).isTrue();
    passes(1);
    isGiven(published());
    assertThat(member.stays()).isFalse();
    member.leaves();
    member.begins();
    assertThat(member.opening()).contains("stress-room-0").doesNotContain("recover");
    assertThat(dropped()).isZero();
  }

  @Test
  void whatARestlessUserWasNotGivenIsToldBeforeItForgets() {
    plays(StressScenario.SOAK);
    comes();
    isGiven(published());
    published();
    isGiven(published());
    passes(10_001);
    assertThat(member.stays()).isTrue();
    passes(1);
    isGiven(published());
    assertThat(member.stays()).isFalse();
    member.leaves();
    assertThat(run.measures().lost()).isOne();
  }

  @Test
  void usersOfMixedListenToWhatServicesPublishToo() {
    plays(StressScenario.MIXED);
    assertThat(run.rooms(7)).containsExactly("stress-room-0", "stress-room-1", "stress-service-0");
    assertThat(run.published().next("stress-service-0")).isZero();
    run.published().services().begin(0);
    assertThat(run.published().next("stress-service-0")).isOne();
    assertThat(run.published().next("stress-room-0")).isZero();
  }
}
