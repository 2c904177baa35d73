package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeldBackTest {
  private final HeldBack heldBack = new HeldBack();

  /// A look: what was known, then both answers.
  private void look(long stable, long watermark) {
    long before = heldBack.watermark();
    heldBack.stable(stable, before);
    heldBack.watermark(watermark);
  }

  @Test
  void nothingIsKnownAtTheFirstLook() {
    look(10, 500);
    assertThat(heldBack.records()).isZero();
  }

  @Test
  void whatWasThereAndIsNotStableYetIsHeldBack() {
    look(10, 500);
    look(10, 900);
    assertThat(heldBack.records()).isEqualTo(490);
    look(900, 900);
    assertThat(heldBack.records()).isZero();
  }

  /// However many records come between the two questions.
  @Test
  void aLogThatOnlyGrowsHoldsNothingBack() {
    look(10, 500);
    look(600, 1_000);
    look(1_200, 1_500);
    assertThat(heldBack.records()).isZero();
  }

  @Test
  void anotherLogBeginsAnew() {
    look(10, 500);
    look(10, 500);
    heldBack.clear();
    assertThat(heldBack.records()).isZero();
    look(3, 3);
    assertThat(heldBack.records()).isZero();
  }
}
