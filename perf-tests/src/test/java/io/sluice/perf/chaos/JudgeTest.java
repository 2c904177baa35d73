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

  private static final Channels ONE = new Channels("t-", 1, 0);

  private static List<Kind> judged(Event... events) {
    History history = new History("someone");
    List.of(events).forEach(history::add);
    return kinds(Judge.judge(LOG, ONE, List.of(), List.of(history), List.of()));
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
    return kinds(Judge.judge(LOG, ONE, published, List.of(newcomer), List.of()));
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
    assertThat(kinds(Judge.judge(strange, ONE, List.of(), List.of(), List.of())))
        .containsExactly(Kind.UNTRUE, Kind.UNTRUE);
  }

  private static Publish publish(long number, Outcome outcome, OptionalLong offset) {
    return new Publish(Route.NODE, 1, 0, number, 0, 1, outcome, offset);
  }

  @Test
  void whatWasAcknowledgedMustBeInKafkaWhereItsPublisherWasTold() {
    Judgement judgement =
        Judge.judge(
            LOG,
            ONE,
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

    assertThat(kinds(Judge.judge(twice, ONE, List.of(), List.of(), List.of())))
        .containsExactly(Kind.DUPLICATED);
  }

  private static final long CALM_AT = TimeUnit.SECONDS.toNanos(100);

  private static final double LATEST = 100 + Calm.LIMIT.toSeconds();

  /// Acknowledged.
  private static Publish taken(int node, int channel, double begun, double answered) {
    return new Publish(
        node == 0 ? Route.DIRECT : Route.NODE,
        node,
        channel,
        0,
        (long) (begun * 1e9),
        (long) (answered * 1e9),
        Outcome.ACKNOWLEDGED,
        OptionalLong.empty());
  }

  /// Two channels, of which the second is published to through nodes, which takes these.
  private static Judgement judgedAfterAFault(Publish... published) {
    KafkaLog two = new KafkaLog(List.of(List.of(new Entry(10, 0)), List.of(new Entry(11, 0))));
    return Judge.judge(
        two,
        new Channels("t-", 1, 1),
        List.of(published),
        List.of(),
        List.of(new Calm("broker-kill", CALM_AT)));
  }

  @Test
  void publishingThatComesBackOnEveryWayIsNotStuck() {
    assertThat(
            judgedAfterAFault(
                    taken(0, 0, 99, 99),
                    taken(0, 0, 100, 100.1),
                    taken(1, 1, 100, LATEST),
                    taken(2, 1, 101, 102),
                    taken(3, 1, 102, 103))
                .facts())
        .isEmpty();
  }

  @Test
  void publishingThatIsBackButForOneWayIsStuckOnThatWay() {
    for (Publish third :
        List.of(
            taken(3, 1, 98, 99),
            taken(3, 1, 99.9, 101), // it was on its way already
            taken(3, 1, 101, LATEST + 0.1),
            taken(3, 0, 101, 102), // another channel
            new Publish(
                Route.NODE, 3, 1, 1, CALM_AT, CALM_AT + 1, Outcome.FAILED, OptionalLong.empty()))) {
      Judgement judgement =
          judgedAfterAFault(
              taken(0, 0, 101, 101), taken(1, 1, 101, 101), taken(2, 1, 101, 101), third);
      assertThat(kinds(judgement)).as("%s", third).containsExactly(Kind.STUCK);
      assertThat(judgement.facts().getFirst().who()).isEqualTo("node-3");
      assertThat(judgement.facts().getFirst().what())
          .contains("channel 1", "through node-3", "broker-kill");
    }
  }

  @Test
  void whereNothingIsBackEveryWayIsStuck() {
    assertThat(judgedAfterAFault().facts())
        .extracting(Fact::who)
        .containsExactly("publisher", "node-1", "node-2", "node-3");
  }

  @Test
  void aRunInWhichPublishingIsStuckEndsWithOne() {
    List<Publish> all = new ArrayList<>(List.of(taken(0, 0, 101, 101)));
    for (int node = 1; node <= Cluster.NODES; node++) {
      all.add(taken(node, 1, 101, 101));
    }
    assertThat(exitCode(judgedAfterAFault(all.getFirst()))).isEqualTo(1);
    assertThat(exitCode(judgedAfterAFault(all.toArray(Publish[]::new)))).isZero();
  }

  private static int exitCode(Judgement judgement) {
    Chaos.Played round = new Chaos.Played(1, List.of(), new LagWatch.Seen(0, 0), 0, 0, judgement);
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    return new ChaosCommand(nowhere, nowhere)
        .tell(new Chaos.Result(1, List.of(), List.of(round), ""), Path.of("."));
  }
}
