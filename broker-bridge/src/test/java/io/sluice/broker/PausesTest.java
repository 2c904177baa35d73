package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final long STEP = 50_000_000;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - STEP); // it may overflow
  private final Pauses pauses = new Pauses(now::get);

  @Test
  void looksInTimeAreNoPause() {
    long began = now.get();
    for (int i = 0; i < 100; i++) {
      now.addAndGet(STEP);
      assertThat(pauses.since(began)).isFalse();
      pauses.look();
    }
  }

  @Test
  void whatPassedBeforeLooksWereDueIsNone() {
    long before = now.get();
    now.addAndGet(Pauses.LATE.toNanos() + 1);
    pauses.begin();
    pauses.look();
    assertThat(pauses.since(before)).isFalse();
  }

  @Test
  void aPauseIsKnownBeforeTheLookThatComesTooLate() {
    long began = now.get();
    now.addAndGet(Pauses.LATE.toNanos() + 1);
    assertThat(pauses.since(began)).isTrue();
  }

  @Test
  void itCountsForWhatBeganBeforeItsEndAndForNothingLater() {
    long before = now.get();
    now.addAndGet(Pauses.LATE.toNanos() + 1);
    long within = now.get();
    pauses.look();
    now.addAndGet(STEP);
    pauses.look();
    assertThat(pauses.since(before)).isTrue();
    assertThat(pauses.since(within)).isTrue();
    assertThat(pauses.since(within + 1)).isFalse();
    assertThat(pauses.since(now.get())).isFalse();
  }

  @Test
  void pauseAfterPauseWithoutAnAnswerExcusesNothing() {
    now.addAndGet(Pauses.LATE.toNanos() + 1);
    pauses.look();
    long began = now.get() + 1;
    now.addAndGet(Pauses.LATE.toNanos() + 2);
    assertThat(pauses.since(began)).isFalse();
    pauses.look();
    assertThat(pauses.since(began)).isFalse();
    pauses.answered();
    now.addAndGet(Pauses.LATE.toNanos() + 1);
    assertThat(pauses.since(began)).isTrue();
    pauses.look();
    assertThat(pauses.since(began)).isTrue();
  }
}
