package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// A stage from 10 to 30 s, whose fault strikes at 12 s, and one client.
final class AccountTest {
  private static final Offset<Double> EXACT = within(0.02);
  private static final String ONE_BY_ONE = "lossy-links";
  private static final String AT_ONCE = "node-kill";

  private static long nanos(double seconds) {
    return (long) (seconds * 1e9);
  }

  private static Event live(double at) {
    return new Event.Live(nanos(at));
  }

  private static Event ended(double at) {
    return new Event.Ended(nanos(at), "a test");
  }

  private static Account account(String fault, Event... events) {
    History history = new History("someone");
    List.of(events).forEach(history::add);
    Stage stage =
        new Stage(
            1, Faults.named(fault), nanos(10), nanos(12), OptionalLong.empty(), nanos(30), 1, 0);
    Account account = new Account(stage.fault());
    account.add(
        stage,
        new Round.Outcome(
            1, List.of(stage), List.of(), List.of(history), new Judgement(0, 0, List.of())));
    return account;
  }

  @Test
  void whereEachConnectionEndsByItselfEachTimeCountsFromItsEnd() {
    Account account = account(ONE_BY_ONE, live(1), ended(13), live(14), ended(20), live(23));

    assertThat(account.affected()).isEqualTo(2);
    assertThat(account.liveAgain(50)).isCloseTo(1, EXACT);
    assertThat(account.liveAgain(100)).isCloseTo(3, EXACT);
  }

  @Test
  void whomTheRunItselfCutsIsTimedFromThatAndNotFromTheStrike() {
    Account account = account("redis-kill", live(1), ended(14), live(15), ended(20), live(20.5));

    assertThat(account.affected()).isEqualTo(2);
    assertThat(account.liveAgain(100)).isCloseTo(1, EXACT);
  }

  @Test
  void connectionsThatEndBeforeTheyAreLiveDoNotShortenAnOutage() {
    Account account =
        account(ONE_BY_ONE, live(1), ended(13), ended(15), ended(18), live(19), ended(19.5));

    assertThat(account.liveAgain(50)).isCloseTo(6, EXACT);
    assertThat(account.affected()).isEqualTo(2);
  }

  @Test
  void whoIsNotBackByTheStagesEndWasAwayUntilThen() {
    for (Event[] events :
        List.of(new Event[] {live(1), ended(20)}, new Event[] {live(1), ended(20), live(31)})) {
      assertThat(account(ONE_BY_ONE, events).liveAgain(100)).isCloseTo(10, EXACT);
      assertThat(account(AT_ONCE, events).liveAgain(100)).isCloseTo(18, EXACT);
      assertThat(account(AT_ONCE, events).affected()).isOne();
    }
  }

  @Test
  void whereAllEndAtOnceAClientIsTimedFromTheStrikeUntilItIsLiveForGood() {
    Account account = account(AT_ONCE, live(1), ended(13), live(14), ended(16), live(17));

    assertThat(account.affected()).isOne();
    assertThat(account.liveAgain(100)).isCloseTo(5, EXACT);
  }

  @Test
  void whoIsAwayAlreadyWhenTheFaultStrikesIsTimedFromTheStrike() {
    for (String fault : List.of(ONE_BY_ONE, AT_ONCE)) {
      assertThat(account(fault, live(1), ended(9), ended(13), live(16)).liveAgain(100))
          .isCloseTo(4, EXACT);
    }
  }

  @Test
  void whatWasOverBeforeTheStrikeDoesNotCount() {
    for (String fault : List.of(ONE_BY_ONE, AT_ONCE)) {
      assertThat(account(fault, live(1), ended(10.5), live(11.5)).affected()).isZero();
    }
  }

  @Test
  void whoIsLiveForTheFirstTimeHasNotBeenAway() {
    assertThat(account(AT_ONCE, ended(13), live(14)).affected()).isZero();
  }
}
