package io.sluice.session;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether Redis is asked at all, and remembers since when it is or is not. Opens when half
/// of the last ten calls failed or the connection broke; then one call a second tries again. Any
/// thread.
final class RedisBreaker {
  private static final Logger LOG = LoggerFactory.getLogger(RedisBreaker.class);
  private static final int LAST_CALLS = 10;
  private static final int FEWEST_CALLS = 5;
  private static final float FAILURES_PERCENT = 50;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final CircuitBreaker breaker =
      CircuitBreaker.of(
          "redis-sessions",
          CircuitBreakerConfig.custom()
              .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
              .slidingWindowSize(LAST_CALLS)
              .minimumNumberOfCalls(FEWEST_CALLS)
              .failureRateThreshold(FAILURES_PERCENT)
              .waitDurationInOpenState(PAUSE)
              // Says nothing about Redis; the calls that do wait will.
              .ignoreExceptions(QueueFullException.class)
              .permittedNumberOfCallsInHalfOpenState(1)
              .build());
  private final Clock clock;
  private final AtomicReference<StoreHealth> health;

  RedisBreaker(Clock clock) {
    this.clock = clock;
    health = new AtomicReference<>(new StoreHealth.Healthy(clock.instant()));
    breaker
        .getEventPublisher()
        .onStateTransition(event -> {
          switch (event.getStateTransition().getToState()) {
            case CLOSED -> recovered();
            case OPEN -> degraded("Redis does not answer");
            // One call is let through to see; nothing has changed yet.
            case HALF_OPEN, DISABLED, METRICS_ONLY, FORCED_OPEN -> {}
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

  StoreHealth health() {
    return health.get();
  }

  private void degraded(String reason) {
    if (health.get() instanceof StoreHealth.Healthy healthy
        && health.compareAndSet(healthy, new StoreHealth.Degraded(clock.instant(), reason))) {
      LOG.warn("session store degraded, sessions are kept on this node only reason={}", reason);
    }
  }

  private void recovered() {
    if (health.get() instanceof StoreHealth.Degraded degraded
        && health.compareAndSet(degraded, new StoreHealth.Healthy(clock.instant()))) {
      Instant since = degraded.since();
      LOG.info(
          "session store healthy degradedMs={}",
          Duration.between(since, clock.instant()).toMillis());
    }
  }
}
