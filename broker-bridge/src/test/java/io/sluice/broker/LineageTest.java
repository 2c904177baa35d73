package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LineageTest {
  private static final Lineage TWICE_CUT =
      Lineage.of(List.of(new Cut(3, 1_000), new Cut(7, 1_200)));

  /// Cut at 1,000 under leadership 3, grown again, cut at 1,200 under leadership 7.
  @ParameterizedTest
  @CsvSource({
    "0, 1000, true", // everything it has seen lies below both cuts
    "0, 1001, false",
    "3, 1000, true",
    "3, 1200, true", // told after the first cut
    "3, 1201, false",
    "5, 1200, true", // of a node that has another lineage between
    "7, 9999, true",
    "8, 0, false", // not known here
  })
  void anOlderLineageIsGoodBelowEverythingThatWasCutSince(int older, long next, boolean good) {
    assertThat(TWICE_CUT.keeps(older, next)).isEqualTo(good);
  }

  @Test
  void aLaterCutMayBeDeeper() {
    Lineage lineage = Lineage.of(List.of(new Cut(3, 1_000), new Cut(7, 900)));
    assertThat(lineage.keeps(0, 900)).isTrue();
    assertThat(lineage.keeps(0, 901)).isFalse();
    assertThat(lineage.keeps(3, 901)).isFalse();
  }

  @Test
  void aWholeLogKeepsEverythingOfItsOwn() {
    assertThat(Lineage.WHOLE.number()).isZero();
    assertThat(Lineage.WHOLE.keeps(0, Long.MAX_VALUE)).isTrue();
    assertThat(Lineage.WHOLE.keeps(1, 0)).isFalse();
  }

  @Test
  void nodesThatLearnOfTheSameCutsInAnyOrderAgree() {
    List<Cut> cuts = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 1; i <= 20; i++) {
      cuts.add(new Cut(i, random.nextLong(1_000)));
    }
    Lineage expected = Lineage.of(cuts);
    for (int i = 0; i < 20; i++) {
      Collections.shuffle(cuts, random);
      Lineage learned = Lineage.WHOLE;
      for (Cut cut : cuts) {
        learned = learned.with(cut);
      }
      assertThat(learned).isEqualTo(expected);
      assertThat(learned.number()).isEqualTo(20);
    }
  }

  @Test
  void theSameCutFoundTwiceIsOne() {
    assertThat(TWICE_CUT.with(new Cut(7, 1_200))).isEqualTo(TWICE_CUT);
    assertThat(TWICE_CUT.with(new Cut(7, 1_100)).cuts())
        .containsExactly(new Cut(3, 1_000), new Cut(7, 1_100));
  }

  /// What is forgotten makes nothing good that was not.
  @Test
  void moreCutsThanAreRememberedKeepNoMore() {
    Lineage lineage = Lineage.WHOLE;
    for (int i = 1; i <= Lineage.MAX_CUTS + 10; i++) {
      lineage = lineage.with(new Cut(i, i == 1 ? 50 : 100L * i));
    }
    assertThat(lineage.cuts()).hasSize(Lineage.MAX_CUTS);
    assertThat(lineage.keeps(0, 50)).isTrue();
    assertThat(lineage.keeps(0, 51)).isFalse();
    assertThat(lineage.number()).isEqualTo(Lineage.MAX_CUTS + 10);
  }
}
