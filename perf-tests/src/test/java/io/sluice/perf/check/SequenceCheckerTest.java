package io.sluice.perf.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.sluice.broker.Position;
import io.sluice.perf.check.Violation.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SequenceCheckerTest {
  private static final String CLIENT = "phone";
  private static final String CHANNEL = "news";
  private static final String EPOCH = "e1";

  private final SequenceChecker checker = new SequenceChecker();

  @Test
  void everyPublicationInOrderIsWhatAClientShouldSee() {
    checker.expect(CLIENT, CHANNEL, 0);
    receive(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    assertThat(checker.violations(Map.of(CHANNEL, 10L))).isEmpty();
    assertThat(checker.missing(Map.of(CHANNEL, 10L))).isZero();
    assertThat(checker.received()).isEqualTo(10);
  }

  @Test
  void offsetsMayHaveHolesBecauseChannelsShareAPartition() {
    received(EPOCH, 3, 0);
    received(EPOCH, 900, 1);

    assertThat(checker.violations()).isEmpty();
  }

  @Test
  void whoIsNotExpectedAnywhereMayBeginAnywhere() {
    receive(41, 42);

    assertThat(checker.violations(Map.of(CHANNEL, 43L))).isEmpty();
  }

  @Test
  void clientsAndChannelsAreJudgedApart() {
    checker.received("a", "x", new Position(EPOCH, 1), 0);
    checker.received("b", "x", new Position(EPOCH, 1), 0);
    checker.received("a", "y", new Position(EPOCH, 1), 0);

    assertThat(checker.violations()).isEmpty();
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        faulty("one is missing in the middle", Fault.GAP, 5, 0, 1, 3, 4),
        faulty("several are missing in the middle", Fault.GAP, 7, 0, 5, 6),
        faulty("the first is missing", Fault.GAP, 4, 1, 2, 3),
        faulty("the last is missing", Fault.GAP, 4, 0, 1, 2),
        faulty("nothing came at all", Fault.GAP, 3),
        faulty("the same again at once", Fault.DUPLICATE, 3, 0, 1, 1, 2),
        faulty("the first again at once", Fault.DUPLICATE, 2, 0, 0, 1),
        faulty("an old one again", Fault.DUPLICATE, 5, 0, 1, 2, 3, 0, 4),
        faulty("the last again", Fault.DUPLICATE, 3, 0, 1, 2, 2),
        faulty("two neighbours have changed places", Fault.REORDERED, 4, 0, 2, 1, 3),
        faulty("the first came second", Fault.REORDERED, 3, 1, 0, 2),
        faulty("one came much too late", Fault.REORDERED, 7, 0, 2, 3, 4, 5, 6, 1));
  }

  private static Arguments faulty(String what, Fault fault, long published, long... sequences) {
    return Arguments.of(what, fault, published, sequences);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void everyFaultIsFound(String what, Fault fault, long published, long[] sequences) {
    checker.expect(CLIENT, CHANNEL, 0);
    receive(sequences);

    assertThat(checker.violations(Map.of(CHANNEL, published)))
        .as(what)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.fault()).isEqualTo(fault);
          assertThat(it.client()).isEqualTo(CLIENT);
          assertThat(it.channel()).isEqualTo(CHANNEL);
        });
  }

  @Test
  void aStepBackInOffsetsIsReorderingEvenWhenTheNumbersAreRight() {
    received(EPOCH, 10, 0);
    received(EPOCH, 9, 1);

    assertThat(checker.violations()).extracting(Violation::fault).containsExactly(Fault.REORDERED);
  }

  @Test
  void theSameOffsetTwiceIsReorderingEvenWhenTheNumbersAreRight() {
    received(EPOCH, 10, 0);
    received(EPOCH, 10, 1);

    assertThat(checker.violations()).extracting(Violation::fault).containsExactly(Fault.REORDERED);
  }

  @Test
  void offsetsOfAnotherEpochAreNotCompared() {
    received("e1", 10, 0);
    received("e2", 1, 1);

    assertThat(checker.violations()).isEmpty();
  }

  @Test
  void aGapThatTheClientWasToldOfIsNoFault() {
    receive(0, 1);
    checker.toldOfLoss(CLIENT, CHANNEL);
    receive(7, 8);

    assertThat(checker.violations(Map.of(CHANNEL, 9L))).isEmpty();
  }

  @Test
  void beingToldOnceExcusesOneGapOnly() {
    checker.expect(CLIENT, CHANNEL, 0);
    checker.toldOfLoss(CLIENT, CHANNEL);
    receive(3, 5);

    assertThat(checker.violations()).extracting(Violation::fault).containsExactly(Fault.GAP);
  }

  @Test
  void beingToldDoesNotExcuseADuplicate() {
    receive(0, 1);
    checker.toldOfLoss(CLIENT, CHANNEL);
    receive(1);

    assertThat(checker.violations()).extracting(Violation::fault).containsExactly(Fault.DUPLICATE);
  }

  @Test
  void whatComesAfterALaterOneIsReorderedAlsoWhereAGapWasAllowed() {
    receive(0);
    checker.toldOfLoss(CLIENT, CHANNEL);
    receive(5, 3);

    assertThat(checker.violations()).extracting(Violation::fault).containsExactly(Fault.REORDERED);
  }

  @Test
  void ofAGapWhatCameLateIsReorderedAndTheRestMissing() {
    checker.expect(CLIENT, CHANNEL, 0);
    receive(0, 5, 3);

    assertThat(checker.violations())
        .extracting(Violation::fault)
        .containsExactly(Fault.REORDERED, Fault.GAP, Fault.GAP);
    assertThat(checker.missing(Map.of(CHANNEL, 6L))).isEqualTo(3);
  }

  @Test
  void aGapAfterRecoveredTrueIsAFalseVerdict() {
    receive(0, 1);
    checker.toldRecovered(CLIENT, CHANNEL);
    receive(4, 5);

    assertThat(checker.violations())
        .singleElement()
        .satisfies(it -> {
          assertThat(it.fault()).isEqualTo(Fault.FALSE_VERDICT);
          assertThat(it.first()).isEqualTo(2);
          assertThat(it.last()).isEqualTo(3);
          assertThat(it.text()).contains("2 to 3 are missing although it was told recovered:true");
        });
  }

  @Test
  void whatNeverComesAfterRecoveredTrueIsAFalseVerdict() {
    receive(0, 1);
    checker.toldRecovered(CLIENT, CHANNEL);

    assertThat(checker.violations(Map.of(CHANNEL, 3L)))
        .extracting(Violation::fault)
        .containsExactly(Fault.FALSE_VERDICT);
  }

  @Test
  void aTrueVerdictIsNoFaultAndIsForgotten() {
    receive(0, 1);
    checker.toldRecovered(CLIENT, CHANNEL);
    receive(2, 4);

    assertThat(checker.violations()).extracting(Violation::fault).containsExactly(Fault.GAP);
  }

  @Test
  void aViolationNamesClientChannelOffsetsAndTheHistoryAroundIt() {
    receive(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12);

    assertThat(checker.violations())
        .singleElement()
        .extracting(Violation::text, STRING)
        .isEqualTo(
            "client 'phone', channel 'news': 6 to 7 are missing; "
                + "it saw [2@102, 3@103, 4@104, 5@105], then [8@108, 9@109, 10@110, 11@111]");
  }

  @Test
  void aDuplicateShowsItselfFirstInWhatCameThen() {
    receive(0, 1, 1, 2);

    assertThat(checker.violations())
        .singleElement()
        .hasToString(
            "client 'phone', channel 'news': 1@101 came again, after 1@101; "
                + "it saw [0@100, 1@101], then [1@101, 2@102]");
  }

  @Test
  void faultsBeyondTheLimitAreNotKept() {
    checker.expect(CLIENT, CHANNEL, 0);
    receive(LongStream.range(0, 1_000).map(it -> 2 * it + 1).toArray());

    assertThat(checker.violations()).hasSize(ChannelWatch.MOST_FAULTS);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySingleChangeOfARunIsFound(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Long> run = new ArrayList<>(LongStream.range(0, 30).boxed().toList());
      int here = random.nextInt(run.size());
      int there = (here + 1 + random.nextInt(run.size() - 1)) % run.size();
      switch (random.nextInt(3)) {
        case 0 -> run.remove(here);
        case 1 -> run.add(there, run.get(here));
        case 2 -> Collections.swap(run, here, there);
        default -> throw new AssertionError();
      }
      SequenceChecker fresh = new SequenceChecker();
      fresh.expect(CLIENT, CHANNEL, 0);
      for (long n : run) {
        fresh.received(CLIENT, CHANNEL, new Position(EPOCH, 100 + n), n);
      }

      assertThat(fresh.violations(Map.of(CHANNEL, 30L))).as("%s", run).isNotEmpty();
    }
  }

  private void receive(long... sequences) {
    for (long sequence : sequences) {
      received(EPOCH, 100 + sequence, sequence);
    }
  }

  private void received(String epoch, long offset, long sequence) {
    checker.received(CLIENT, CHANNEL, new Position(epoch, offset), sequence);
  }
}
