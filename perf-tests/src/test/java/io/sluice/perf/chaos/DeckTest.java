package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DeckTest {
  private static final int SEEDS = 50;
  private static final Duration MINUTE = Duration.ofSeconds(60);

  /// Three of these, with what starts before them and is read after them, end within 10 minutes.
  private static final Duration LONGEST = Duration.ofSeconds(100);

  private static List<String> names(List<Fault> faults) {
    return faults.stream().map(Fault::name).toList();
  }

  private static List<Fault> withOneMore() {
    List<Fault> more = new ArrayList<>(Faults.all());
    more.add(new Fault("one-more", Duration.ofSeconds(15), Fault.Effect.NONE, _ -> {}));
    return more;
  }

  @Test
  void aSeedGivesTheSameFaultsAgain() {
    Deck one = new Deck(Faults.all(), new Random(7));
    Deck other = new Deck(Faults.all(), new Random(7));
    for (int i = 0; i < 10; i++) {
      assertThat(names(one.deal())).isEqualTo(names(other.deal()));
    }
    assertThat(names(new Deck(Faults.all(), new Random(8)).deal()))
        .isNotEqualTo(names(new Deck(Faults.all(), new Random(7)).deal()));
  }

  @Test
  void threeRoundsHaveEveryKindOnceAndAreEachAMinuteOrALittleMore() {
    for (List<Fault> kinds : List.of(Faults.all(), withOneMore())) {
      for (int seed = 1; seed <= SEEDS; seed++) {
        Deck deck = new Deck(kinds, new Random(seed));
        for (int cycle = 0; cycle < 2; cycle++) {
          List<String> dealt = new ArrayList<>();
          for (int round = 0; round < 3; round++) {
            List<Fault> hand = deck.deal();
            assertThat(Deck.lasting(hand)).as("seed %d", seed).isBetween(MINUTE, LONGEST);
            dealt.addAll(names(hand));
          }
          assertThat(dealt).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(names(kinds));
        }
      }
    }
  }

  @Test
  void fewKindsMakeFewerRounds() {
    Fault only = Faults.named("storm");
    Deck deck = new Deck(List.of(only), new Random(1));
    assertThat(deck.deal()).containsExactly(only);
    assertThat(deck.deal()).containsExactly(only);
  }
}
