package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeldBackTest {
  private final HeldBack heldBack = new HeldBack();

  private long seconds = -7; // nanoTime may begin anywhere

  /// A look, five seconds after the one before: what was known, then both answers.
  private void look(long stable, long watermark) {
    seconds += 5;
    long before = heldBack.watermark();
    heldBack.stable(stable, before, seconds * 1_000_000_000);
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
    assertThat(heldBack.length()).isZero();
    look(3, 3);
    assertThat(heldBack.records()).isZero();
    look(3, 9);
    look(3, 9);
    look(3, 9);
    assertThat(heldBack.length()).isEqualTo(Duration.ofSeconds(5));
  }

  /// However many records come behind it and of however many transactions, more or fewer than
  /// before.
  @Test
  void whatStandsStillIsHeldForAsLongAsItWasLookedAt() {
    look(10, 500);
    assertThat(heldBack.length()).isZero();
    look(10, 900);
    assertThat(heldBack.length()).as("nobody knows since when").isZero();
    look(10, 600);
    assertThat(heldBack.length()).isEqualTo(Duration.ofSeconds(5));
    look(10, 601);
    assertThat(heldBack.length()).isEqualTo(Duration.ofSeconds(10));
    seconds += 100; // nobody has answered
    assertThat(heldBack.length()).isEqualTo(Duration.ofSeconds(10));
  }

  /// As in a busy log, where some transaction is always open.
  @Test
  void theNextTransactionBeginsAnew() {
    look(10, 500);
    look(10, 500);
    look(10, 900);
    look(400, 900);
    assertThat(heldBack.records()).isEqualTo(500);
    assertThat(heldBack.length()).isZero();
    look(700, 1_000);
    assertThat(heldBack.length()).isZero();
    look(700, 1_000);
    assertThat(heldBack.length()).isEqualTo(Duration.ofSeconds(5));
  }

  /// A log that nobody writes to stands still, and so may one whose transaction began just now.
  @Test
  void whatNothingWaitsForIsNotHeld() {
    look(10, 10);
    look(10, 10);
    look(10, 10);
    assertThat(heldBack.length()).isZero();
    look(10, 12);
    look(10, 12);
    look(10, 12);
    assertThat(heldBack.length()).isEqualTo(Duration.ofSeconds(5));
    look(12, 12);
    look(12, 12);
    assertThat(heldBack.length()).isZero();
  }
}
