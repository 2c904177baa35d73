package io.sluice.session;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether Redis is asked at all, and remembers since when it is or is not. Opens when too
/// many of the last ten calls failed or the connection broke; then one call after each pause tries
/// again, a ping where nobody else does. Any thread.
final class RedisBreaker {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);
  private static final int LAST_CALLS = 10;
  private static final int FEWEST_CALLS = 5;

  /// In metrics and on pages.
  static final String NAME = "redis";

  private final CircuitBreaker breaker;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final AtomicReference<StoreHealth> health;

  private volatile BreakerState state;
  private volatile String cause = "";

  /// When it was healthy last.
  private volatile long degradedAt;

  /// @param clock for what people are shown
  /// @param nanoTime as [System#nanoTime]: for what lasts
  RedisBreaker(Clock clock, LongSupplier nanoTime, RedisResilience settings) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    state = new BreakerState(NAME, BreakerState.State.CLOSED, clock.instant(), "");
    breaker =
        CircuitBreaker.of(
            NAME,
            CircuitBreakerConfig.custom()
                .clock(new MonotonicClock(nanoTime))
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(LAST_CALLS)
                .minimumNumberOfCalls(FEWEST_CALLS)
                .failureRateThreshold(settings.failureRate())
                .waitDurationInOpenState(settings.openFor())
                // Says nothing about Redis; the calls that do wait will.
                .ignoreExceptions(QueueFullException.class)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
    health = new AtomicReference<>(new StoreHealth.Healthy(clock.instant()));
    breaker
        .getEventPublisher()
        .onStateTransition(event -> {
          switch (event.getStateTransition().getToState()) {
            case CLOSED -> {
              recovered();
              now(BreakerState.State.CLOSED);
            }
            case OPEN -> {
              degraded("Redis does not answer");
              now(BreakerState.State.OPEN);
            }
            // One call is let through to see; nothing has changed yet.
            case HALF_OPEN -> now(BreakerState.State.HALF_OPEN);
            case DISABLED, METRICS_ONLY, FORCED_OPEN -> {}
          }
        });
  }

  /// Makes the call, or fails with `CallNotPermittedException` without making it.
  <T> CompletionStage<T> call(Supplier<CompletionStage<T>> call) {
    return breaker.executeCompletionStage(call);
  }

  /// The connection broke: no need to wait for failures.
  void trip(String reason) {
    degraded(reason);
    breaker.transitionToOpenState();
  }

  BreakerState state() {
    return state;
  }

  private void now(BreakerState.State next) {
    state = new BreakerState(NAME, next, health().since(), cause);
  }

  StoreHealth health() {
    return health.get();
  }

  private void degraded(String reason) {
    if (health.get() instanceof StoreHealth.Healthy healthy
        && health.compareAndSet(healthy, new StoreHealth.Degraded(clock.instant(), reason))) {
      cause = reason;
      degradedAt = nanoTime.getAsLong();
      LOG.warn("session store degraded, sessions are kept on this node only reason={}", reason);
    }
  }

  private void recovered() {
    if (health.get() instanceof StoreHealth.Degraded degraded
        && health.compareAndSet(degraded, new StoreHealth.Healthy(clock.instant()))) {
      LOG.info(
          "session store healthy degradedMs={}",
          Duration.ofNanos(nanoTime.getAsLong() - degradedAt).toMillis());
    }
  }
}
