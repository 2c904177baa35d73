package io.sluice.broker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether publishes to one topic are tried at all. It opens when too many of the last
/// seconds' failed, or Kafka knows nothing of the topic; lets a few through after a while; and
/// closes when those were answered, or when nobody publishes and Kafka says that it would take it.
///
/// A breaker for each topic and not one for the cluster: a topic that is gone, or whose replicas
/// are, must not stop the others, and when Kafka as a whole is away each finds that out by itself,
/// with five publishes. Only what Kafka did counts ([PublishFaults#sign]). Any thread.
final class PublishBreaker {
  private static final Logger log = LoggerFactory.getLogger(PublishBreaker.class);

  /// Fewer say nothing of how many fail.
  static final int FEWEST = 5;

  private final String name;
  private final BreakerSettings settings;
  private final Clock clock;
  private final BridgeMetrics metrics;
  private final CircuitBreaker breaker;
  private volatile BreakerState state;
  private volatile String cause = "";

  /// Counts the changes of state. What was let through before the last one says nothing of now: a
  /// publish that hung for seconds must not end the trial that began meanwhile.
  private volatile int era;

  /// When the next are let through, by [System#nanoTime].
  private volatile long openUntil;

  private volatile boolean asked;

  PublishBreaker(String topic, BreakerSettings settings, Clock clock, BridgeMetrics metrics) {
    this.name = "kafka:" + topic;
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
    this.state = new BreakerState(name, BreakerState.State.CLOSED, clock.instant(), "");
    this.breaker =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.TIME_BASED)
                .slidingWindowSize(Math.toIntExact(settings.window().toSeconds()))
                .minimumNumberOfCalls(FEWEST)
                .failureRateThreshold(settings.failureRate())
                .waitDurationInOpenState(settings.openFor())
                .permittedNumberOfCallsInHalfOpenState(settings.tries())
                .build());
    breaker
        .getEventPublisher()
        .onStateTransition(event -> changed(event.getStateTransition().getToState()));
    metrics.breaker(name, this::state);
  }

  BreakerState state() {
    return state;
  }

  /// Lets a publish through, or does not. Who is let through says afterwards how it [#ended].
  OptionalInt permit() {
    if (breaker.tryAcquirePermission()) {
      return OptionalInt.of(era);
    }
    metrics.breakerRefused(name);
    return OptionalInt.empty();
  }

  /// Whether it has changed its mind since it gave this permit.
  boolean isStale(int permit) {
    return permit != era;
  }

  /// How long until it lets somebody through again.
  Duration retryAfter() {
    return Duration.ofNanos(
        state.state() == BreakerState.State.OPEN
            ? Math.max(0, openUntil - System.nanoTime())
            : settings.openFor().toNanos());
  }

  /// What a publish that was let through has shown.
  ///
  /// @param blocked for how long nobody is let through after [KafkaSign#SILENT]
  void ended(int permit, KafkaSign sign, String why, Duration blocked) {
    if (isStale(permit)) {
      return;
    }
    switch (sign) {
      case ANSWERED -> breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      case FAILED -> {
        cause = why;
        breaker.onError(0, TimeUnit.NANOSECONDS, new Failed());
      }
      case SILENT -> {
        cause = why;
        Duration length = blocked.compareTo(settings.openFor()) > 0 ? blocked : settings.openFor();
        breaker.transitionToOpenStateFor(length);
        openUntil = System.nanoTime() + length.toNanos();
      }
      case NOTHING -> breaker.releasePermission();
    }
  }

  /// Whether it is time to ask Kafka: it is not closed, although somebody could have been let
  /// through for a while.
  boolean wantsToAsk(long now) {
    return state.state() != BreakerState.State.CLOSED
        && !asked
        && now - openUntil > settings.openFor().toNanos();
  }

  /// Kafka is asked now.
  void asks() {
    asked = true;
  }

  /// Kafka has said whether it would take publishes.
  ///
  /// @param permit the [#era] when it was asked
  /// @param idle nobody was let through meanwhile
  void told(int permit, Answer answer, boolean idle) {
    asked = false;
    if (isStale(permit)) {
      return;
    }
    openUntil = System.nanoTime(); // the next question is as long away again
    if (answer == Answer.TAKES && idle) {
      breaker.transitionToClosedState();
    }
  }

  /// What Kafka says of a topic.
  enum Answer {
    TAKES,
    DOES_NOT
  }

  int era() {
    return era;
  }

  private void changed(CircuitBreaker.State to) {
    BreakerState.State now =
        switch (to) {
          case OPEN, FORCED_OPEN -> BreakerState.State.OPEN;
          case HALF_OPEN -> BreakerState.State.HALF_OPEN;
          case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.State.CLOSED;
        };
    BreakerState before;
    synchronized (this) {
      before = state;
      era++;
      openUntil =
          System.nanoTime() + (now == BreakerState.State.OPEN ? settings.openFor().toNanos() : 0);
      boolean closedAsBefore =
          (before.state() == BreakerState.State.CLOSED) == (now == BreakerState.State.CLOSED);
      Instant since = closedAsBefore ? before.since() : clock.instant();
      state = new BreakerState(name, now, since, cause);
    }
    switch (now) {
      case OPEN -> {
        if (before.state() == BreakerState.State.CLOSED) {
          log.warn("publishing is refused breaker={} cause={}", name, cause);
        }
      }
      case HALF_OPEN -> log.debug("publishing is tried again breaker={}", name);
      case CLOSED -> log.info("publishing works again breaker={}", name);
    }
  }

  /// Stands for any failure, since the breaker only counts.
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed() {
      super("", null, false, false);
    }
  }
}
