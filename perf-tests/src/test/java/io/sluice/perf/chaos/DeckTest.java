package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DeckTest {
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private static List<String> names(List<Fault> faults) {
    return faults.stream().map(Fault::name).toList();
  }

  @Test
  void aSeedGivesTheSameFaultsAgain() {
    Deck one = new Deck(Faults.all(), MINUTE, new Random(7));
    Deck other = new Deck(Faults.all(), MINUTE, new Random(7));
    for (int i = 0; i < 10; i++) {
      assertThat(names(one.deal())).isEqualTo(names(other.deal()));
    }
    assertThat(names(new Deck(Faults.all(), MINUTE, new Random(8)).deal()))
        .isNotEqualTo(names(new Deck(Faults.all(), MINUTE, new Random(7)).deal()));
  }

  @Test
  void noKindComesAgainBeforeAllHaveComeAndARoundIsAMinute() {
    Deck deck = new Deck(Faults.all(), MINUTE, new Random(1));
    List<String> dealt = new ArrayList<>();
    while (dealt.size() < Faults.all().size()) {
      List<Fault> hand = deck.deal();
      Duration last = hand.getLast().about();
      Duration whole = hand.stream().map(Fault::about).reduce(Duration.ZERO, Duration::plus);
      assertThat(whole).isGreaterThanOrEqualTo(MINUTE);
      assertThat(whole.minus(last)).isLessThan(MINUTE);
      dealt.addAll(names(hand));
    }
    assertThat(dealt.subList(0, Faults.all().size())).doesNotHaveDuplicates();
  }
}
