package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RedisBreakerTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final long OPEN_FOR = RedisResilience.STANDARD.openFor().toNanos();

  private final AtomicLong nanoTime = new AtomicLong();
  private final Wall wall = new Wall();
  private final RedisBreaker breaker =
      new RedisBreaker(wall, nanoTime::get, RedisResilience.STANDARD);

  @Test
  void aClockThatIsSetBackKeepsItOpenNoLonger() {
    breaker.trip("connection lost");
    wall.now = NOW.minusSeconds(3_600);
    nanoTime.addAndGet(OPEN_FOR - 1);
    assertThat(answered()).isFalse();
    assertThat(breaker.state().since()).isEqualTo(NOW);
    nanoTime.addAndGet(2);
    assertThat(answered()).isTrue();
    assertThat(breaker.state().state()).isEqualTo(BreakerState.State.CLOSED);
    assertThat(breaker.state().since()).isEqualTo(wall.now);
  }

  private boolean answered() {
    return !breaker
        .call(() -> CompletableFuture.completedFuture(true))
        .toCompletableFuture()
        .isCompletedExceptionally();
  }

  /// The time that people are told.
  private static final class Wall extends Clock {
    Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
