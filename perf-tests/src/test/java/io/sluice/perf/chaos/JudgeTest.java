package io.sluice.perf.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.ClientEvents.Recovery;
import io.sluice.perf.chaos.Fact.Kind;
import io.sluice.perf.chaos.KafkaLog.Entry;
import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// One channel that Kafka has 0, 1, 2, 3 of, at 10, 12, 14 and 16.
final class JudgeTest {
  private static final KafkaLog LOG =
      new KafkaLog(
          List.of(List.of(new Entry(10, 0), new Entry(12, 1), new Entry(14, 2), new Entry(16, 3))));

  private static List<Kind> judged(Event... events) {
    History history = new History("someone");
    List.of(events).forEach(history::add);
    return kinds(Judge.judge(LOG, List.of(), List.of(history), List.of()));
  }

  private static List<Kind> kinds(Judgement judgement) {
    return judgement.facts().stream().map(Fact::kind).toList();
  }

  private static Event subscribed(Recovery recovery, long offset) {
    return new Event.Subscribed(0, 0, recovery, offset);
  }

  private static Event received(long offset, long number) {
    return new Event.Received(0, 0, offset, number);
  }

  private static final Event FRESH = subscribed(Recovery.FRESH, 0);
  private static final Event RECOVERED = subscribed(Recovery.RECOVERED, 12);

  @Test
  void whoIsGivenEverythingOnceAndInOrderHasNothingToComplainAbout() {
    assertThat(judged(FRESH, received(10, 0), received(12, 1), received(14, 2), received(16, 3)))
        .isEmpty();
  }

  @Test
  void whoBeginsInTheMiddleIsOwedWhatLiesBehindItsPosition() {
    assertThat(judged(subscribed(Recovery.FRESH, 12), received(14, 2), received(16, 3))).isEmpty();
    assertThat(judged(subscribed(Recovery.FRESH, 11), received(14, 2), received(16, 3)))
        .containsExactly(Kind.LOST);
  }

  @Test
  void whatIsSkippedIsLostAlsoAtTheEnd() {
    assertThat(judged(FRESH, received(10, 0), received(14, 2)))
        .containsExactly(Kind.LOST, Kind.LOST);
    assertThat(judged(FRESH)).hasSize(4).containsOnly(Kind.LOST);
  }

  @Test
  void aGapBehindRecoveredIsAnUntruth() {
    assertThat(judged(FRESH, received(10, 0), received(12, 1), RECOVERED, received(16, 3)))
        .containsExactly(Kind.UNTRUE);
    assertThat(judged(FRESH, received(10, 0), received(12, 1), RECOVERED))
        .containsExactly(Kind.UNTRUE, Kind.UNTRUE);
  }

  @Test
  void whatComesAgainIsADuplicate() {
    assertThat(
            judged(
                FRESH,
                received(10, 0),
                received(12, 1),
                RECOVERED,
                received(12, 1),
                received(14, 2),
                received(16, 3)))
        .containsExactly(Kind.DUPLICATED);
  }

  @Test
  void whatComesAfterALaterOneIsReorderedAndTheLaterOneLeftAGap() {
    assertThat(judged(FRESH, received(10, 0), received(14, 2), received(12, 1), received(16, 3)))
        .containsExactly(Kind.LOST, Kind.REORDERED);
  }

  @Test
  void whatKafkaDoesNotHaveThereIsAnUntruth() {
    assertThat(judged(subscribed(Recovery.FRESH, 16), received(18, 4)))
        .containsExactly(Kind.UNTRUE);
    assertThat(judged(subscribed(Recovery.FRESH, 14), received(16, 2)))
        .containsExactly(Kind.UNTRUE, Kind.LOST);
  }

  @Test
  void whoIsToldOfALossIsToldAnUntruth() {
    assertThat(judged(FRESH, received(10, 0), subscribed(Recovery.LOST, 14), received(16, 3)))
        .containsExactly(Kind.UNTRUE);
  }

  private static final Event LEFT = new Event.Left(0);

  @Test
  void whoLeavesIsOwedWhatLiesBetweenItsPositionAndTheLastItWasGiven() {
    assertThat(judged(FRESH, received(10, 0), received(12, 1), LEFT)).isEmpty();
    assertThat(judged(FRESH, LEFT)).isEmpty();
    assertThat(judged(FRESH, received(12, 1), LEFT)).containsExactly(Kind.LOST);
    assertThat(judged(FRESH, received(10, 0), RECOVERED, received(16, 3), LEFT))
        .containsExactly(Kind.UNTRUE, Kind.UNTRUE);
    assertThat(judged(FRESH, received(10, 0), received(10, 0), LEFT))
        .containsExactly(Kind.DUPLICATED);
  }

  private static Publish begun(long number, long at) {
    return new Publish(Route.DIRECT, 0, 0, number, at, at, Outcome.FAILED, OptionalLong.empty());
  }

  private static List<Kind> beginsAt(long offset) {
    History newcomer = new History("newcomer");
    newcomer.add(new Event.Subscribed(100, 0, Recovery.FRESH, offset));
    newcomer.add(LEFT);
    List<Publish> published = List.of(begun(0, 90), begun(1, 100), begun(3, 101), begun(2, 102));
    return kinds(Judge.judge(LOG, published, List.of(newcomer), List.of()));
  }

  @Test
  void whoIsAnsweredBeforeSomethingIsPublishedDoesNotBeginBehindIt() {
    assertThat(beginsAt(12)).isEmpty();
    assertThat(beginsAt(13)).isEmpty();
    assertThat(beginsAt(14)).containsExactly(Kind.UNTRUE);
    assertThat(beginsAt(16)).containsExactly(Kind.UNTRUE);
  }

  @Test
  void whatNobodyHasPublishedIsAnUntruthWhereverItIs() {
    assertThat(judged(subscribed(Recovery.FRESH, 14), received(16, Payload.NONE), LEFT))
        .containsExactly(Kind.UNTRUE);
    KafkaLog strange =
        new KafkaLog(List.of(List.of(new Entry(10, Payload.NONE), new Entry(12, Payload.NONE))));
    assertThat(kinds(Judge.judge(strange, List.of(), List.of(), List.of())))
        .containsExactly(Kind.UNTRUE, Kind.UNTRUE);
  }

  @Test
  void aRoundInWhichNobodyLaggedHasProvedNothingOfSlowClients() {
    assertThat(new LagWatch.Seen(0, 3).unproven())
        .hasValueSatisfying(fact -> {
          assertThat(fact.kind()).isEqualTo(Kind.STUCK);
          assertThat(fact.who()).isNotEqualTo(Fact.CLUSTER);
        });
    assertThat(new LagWatch.Seen(1, 0).unproven()).isEmpty();
  }

  private static Publish publish(long number, Outcome outcome, OptionalLong offset) {
    return new Publish(Route.NODE, 1, 0, number, 0, 1, outcome, offset);
  }

  @Test
  void whatWasAcknowledgedMustBeInKafkaWhereItsPublisherWasTold() {
    Judgement judgement =
        Judge.judge(
            LOG,
            List.of(
                publish(0, Outcome.ACKNOWLEDGED, OptionalLong.of(10)),
                publish(1, Outcome.ACKNOWLEDGED, OptionalLong.empty()),
                publish(2, Outcome.ACKNOWLEDGED, OptionalLong.of(12)),
                publish(4, Outcome.ACKNOWLEDGED, OptionalLong.of(18)),
                publish(5, Outcome.FAILED, OptionalLong.empty())),
            List.of(),
            List.of());

    assertThat(kinds(judgement)).containsExactly(Kind.UNTRUE, Kind.LOST);
    assertThat(judgement.acknowledged()).isEqualTo(4);
  }

  @Test
  void whatIsInKafkaTwiceIsADuplicate() {
    KafkaLog twice = new KafkaLog(List.of(List.of(new Entry(10, 0), new Entry(12, 0))));

    assertThat(kinds(Judge.judge(twice, List.of(), List.of(), List.of())))
        .containsExactly(Kind.DUPLICATED);
  }

  private static final long CALM_AT = TimeUnit.SECONDS.toNanos(100);

  private static Publish answered(Route route, int channel, long number, double seconds) {
    long at = (long) (seconds * 1e9);
    return new Publish(
        route,
        route == Route.NODE ? 1 : 0,
        channel,
        number,
        at - 1,
        at,
        Outcome.ACKNOWLEDGED,
        OptionalLong.empty());
  }

  /// Something went through each node.
  private static Judgement judgedAfterAFault(Publish... published) {
    List<Publish> all = new ArrayList<>(List.of(published));
    for (int node = 1; node <= Cluster.NODES; node++) {
      all.add(through(node, 101));
    }
    return judged(all);
  }

  private static Publish through(int node, double seconds) {
    long at = (long) (seconds * 1e9);
    return new Publish(
        Route.NODE, node, 0, 0, at - 1, at, Outcome.ACKNOWLEDGED, OptionalLong.empty());
  }

  private static Judgement judged(List<Publish> published) {
    KafkaLog two =
        new KafkaLog(
            List.of(
                List.of(new Entry(10, 0), new Entry(12, 1)),
                List.of(new Entry(11, 0), new Entry(13, 1))));
    return Judge.judge(two, published, List.of(), List.of(new Calm("broker-kill", CALM_AT)));
  }

  @Test
  void aNodeThatTakesNothingAnyMoreDoesNotHideBehindTheOthers() {
    Judgement judgement =
        judged(
            List.of(
                answered(Route.DIRECT, 0, 0, 101),
                answered(Route.NODE, 1, 0, 101),
                through(2, 99),
                through(3, 102)));
    assertThat(kinds(judgement)).containsExactly(Kind.STUCK);
    assertThat(judgement.facts().getFirst().who()).isEqualTo("node-2");
    assertThat(judgement.facts().getFirst().what()).contains("broker-kill");
  }

  @Test
  void publishingThatComesBackOnEveryWayIsNotStuck() {
    double last = 100 + Calm.LIMIT.toSeconds();
    assertThat(
            judgedAfterAFault(
                    answered(Route.DIRECT, 0, 0, 99),
                    answered(Route.DIRECT, 0, 1, 100),
                    answered(Route.NODE, 1, 0, last))
                .facts())
        .isEmpty();
  }

  @Test
  void publishingThatDoesNotComeBackInTimeIsStuckOnThatWay() {
    Publish refused =
        new Publish(
            Route.NODE, 1, 1, 1, CALM_AT, CALM_AT + 1, Outcome.FAILED, OptionalLong.empty());
    Judgement before =
        judgedAfterAFault(
            answered(Route.DIRECT, 0, 0, 101), answered(Route.NODE, 1, 0, 99.9), refused);
    Judgement late =
        judgedAfterAFault(
            answered(Route.DIRECT, 0, 0, 101),
            answered(Route.NODE, 1, 0, 100.1 + Calm.LIMIT.toSeconds()));
    for (Judgement judgement : List.of(before, late)) {
      assertThat(kinds(judgement)).containsExactly(Kind.STUCK);
      assertThat(judgement.facts().getFirst().who()).isEqualTo("publisher");
      assertThat(judgement.facts().getFirst().what())
          .contains("channel 1", "through nodes", "broker-kill");
    }
  }

  @Test
  void aRunInWhichPublishingIsStuckEndsWithOne() {
    Judgement stuck = judgedAfterAFault(answered(Route.DIRECT, 0, 0, 101));
    Judgement fine =
        judgedAfterAFault(answered(Route.DIRECT, 0, 0, 101), answered(Route.NODE, 1, 0, 101));
    assertThat(exitCode(stuck)).isEqualTo(1);
    assertThat(exitCode(fine)).isZero();
  }

  private static int exitCode(Judgement judgement) {
    Chaos.Played round = new Chaos.Played(1, List.of(), new LagWatch.Seen(0, 0), 0, 0, judgement);
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    return new ChaosCommand(nowhere, nowhere)
        .tell(new Chaos.Result(1, List.of(), List.of(round), ""), Path.of("."));
  }
}
