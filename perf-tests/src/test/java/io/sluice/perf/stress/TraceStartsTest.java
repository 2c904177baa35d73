package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TraceStartsTest {
  private static final long SECONDS = 10;

  private final AtomicLong clock = new AtomicLong(-5);

  /// Of one every millisecond.
  @ParameterizedTest
  @CsvSource({"0, 4", "0.999999, 2"})
  void twoToFourASecondAreTraced(double lot, long perSecond) {
    TraceStarts starts = new TraceStarts(clock::get, () -> lot);
    long taken = 0;
    for (long i = 0; i < SECONDS * 1_000; i++) {
      taken += starts.takesThisOne() ? 1 : 0;
      clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    }
    assertThat(taken).isEqualTo(perSecond * SECONDS);
  }

  @Test
  void afterAPauseNothingIsMadeUpFor() {
    TraceStarts starts = new TraceStarts(clock::get, () -> 0);
    assertThat(starts.takesThisOne()).isTrue();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(SECONDS));
    assertThat(starts.takesThisOne()).isTrue();
    assertThat(starts.takesThisOne()).isFalse();
    clock.addAndGet(TraceStarts.BETWEEN_NS);
    assertThat(starts.takesThisOne()).isTrue();
  }
}
