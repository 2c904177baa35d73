package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RareWarningTest {
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // about to wrap, as it may
  private final RareWarning warning = new RareWarning(clock::get);

  @Test
  void firstOneIsSaidAtOnceAndFurtherOnesAreCountedForAMinute() {
    assertThat(warning.ask()).isOne();
    assertThat(warning.ask()).isZero();
    clock.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(warning.ask()).isZero();
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(warning.ask()).isEqualTo(3);
    assertThat(warning.ask()).isZero();
  }
}
