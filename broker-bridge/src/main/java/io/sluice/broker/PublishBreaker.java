package io.sluice.broker;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides whether publishes to one topic are tried at all. It opens when too many of the last
/// seconds' failed, or Kafka knows nothing of the topic; lets a few through after a while, or as
/// soon as Kafka says that it would take them; and closes when those were answered, or when nobody
/// publishes and Kafka says so. A publish that is answered never opens it.
///
/// A breaker for each topic and not one for the cluster: a topic that is gone, or whose replicas
/// are, must not stop the others, and when Kafka as a whole is away each finds that out by itself,
/// with five publishes. Only what Kafka did counts ([PublishFaults#sign]).
///
/// Any thread. What is logged is logged after the lock: a log that hangs must not hold up those who
/// publish. One lock holds together what is let through and what it is let through for: a try that
/// is counted for the trial before would be missing in this one for good.
final class PublishBreaker {
  private static final Logger log = LoggerFactory.getLogger(PublishBreaker.class);

  /// Fewer say nothing of how many fail.
  static final int FEWEST = 5;

  /// While it is open Kafka is asked so often whether it has other leaders.
  static final Duration ASKING = Duration.ofMillis(250);

  private final String name;
  private final BreakerSettings settings;
  private final Duration longest;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final BridgeMetrics metrics;
  private final CircuitBreaker breaker;
  private volatile BreakerState state;
  private volatile String cause = "";

  /// Counts the changes of state. What was let through before the last one says nothing of now: a
  /// publish that hung for seconds must not end the trial that began meanwhile.
  private volatile int era;

  /// When the next are let through.
  private volatile long openUntil;

  /// When somebody was let through last.
  private long permitted;

  private boolean asked;

  /// When Kafka was asked last, or there was no reason yet.
  private long askedAt;

  /// Kafka said nothing of the topic, so what it says elsewhere is no reason to let anybody
  /// through.
  private boolean silent;

  /// What is to be logged after the lock.
  private @Nullable Runnable toSay;

  /// @param longest what is let through has ended by then, or never will
  /// @param clock for what people are shown
  /// @param nanoTime as [System#nanoTime]: for what lasts
  PublishBreaker(
      String topic,
      BreakerSettings settings,
      Duration longest,
      Clock clock,
      LongSupplier nanoTime,
      BridgeMetrics metrics) {
    this.name = "kafka:" + topic;
    this.settings = settings;
    this.longest = longest;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.state = new BreakerState(name, BreakerState.State.CLOSED, clock.instant(), "");
    this.breaker =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .clock(new MonotonicClock(nanoTime))
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
    OptionalInt permit = locked(this::tryPermit);
    if (permit.isEmpty()) {
      metrics.breakerRefused(name);
    }
    return permit;
  }

  private <T> T locked(Supplier<T> what) {
    T result;
    Runnable line;
    synchronized (this) {
      result = what.get();
      line = toSay;
      toSay = null;
    }
    if (line != null) {
      line.run();
    }
    return result;
  }

  private void locked(Runnable what) {
    var _ =
        locked(() -> {
          what.run();
          return Boolean.TRUE;
        });
  }

  private OptionalInt tryPermit() {
    if (breaker.tryAcquirePermission()) {
      permitted = nanoTime.getAsLong();
      return OptionalInt.of(era);
    }
    if (state.state() == BreakerState.State.HALF_OPEN
        && nanoTime.getAsLong() - permitted > longest.toNanos()) {
      breaker.transitionToOpenState();
      toSay =
          () -> log.info("a trial of publishing came to no end, another follows breaker={}", name);
    }
    return OptionalInt.empty();
  }

  /// Whether a permit is good no more: it has changed its mind since, and not to let everybody
  /// through. Kafka may be well again before the last of a trial was sent.
  synchronized boolean takesBack(int permit) {
    return isStale(permit) && state.state() != BreakerState.State.CLOSED;
  }

  private boolean isStale(int permit) {
    return permit != era;
  }

  /// How long until it lets somebody through again.
  Duration retryAfter() {
    return Duration.ofNanos(
        state.state() == BreakerState.State.OPEN
            ? Math.max(0, openUntil - nanoTime.getAsLong())
            : settings.openFor().toNanos());
  }

  /// What a publish that was let through has shown.
  ///
  /// @param blocked for how long nobody is let through after [KafkaSign#SILENT]
  void ended(int permit, KafkaSign sign, String why, Duration blocked) {
    locked(() -> note(permit, sign, why, blocked));
  }

  private void note(int permit, KafkaSign sign, String why, Duration blocked) {
    if (isStale(permit)) {
      return;
    }
    switch (sign) {
      case ANSWERED -> {
        if (!wouldOpen()) {
          breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
      }
      case FAILED -> {
        cause = why;
        silent = false;
        breaker.onError(0, TimeUnit.NANOSECONDS, new Failed());
      }
      case SILENT -> {
        cause = why;
        silent = true;
        Duration length = blocked.compareTo(settings.openFor()) > 0 ? blocked : settings.openFor();
        breaker.transitionToOpenStateFor(length);
        openUntil = nanoTime.getAsLong() + length.toNanos();
      }
      case NOTHING -> breaker.releasePermission();
    }
  }

  /// Whether one more that was answered would open it: the first [#FEWEST] are judged when the last
  /// of them has ended, whichever it is. That Kafka is back is no reason to refuse.
  private boolean wouldOpen() {
    CircuitBreaker.Metrics counted = breaker.getMetrics();
    int all = counted.getNumberOfBufferedCalls() + 1;
    return state.state() == BreakerState.State.CLOSED
        && all >= FEWEST
        && counted.getNumberOfFailedCalls() * 100 >= settings.failureRate() * all;
  }

  /// Whether it is time to ask Kafka: nobody is let through now, or somebody could have been for a
  /// while and nobody came.
  ///
  /// @param idle nothing is under way
  synchronized boolean wantsToAsk(boolean idle) {
    if (asked || state.state() == BreakerState.State.CLOSED) {
      return false;
    }
    long now = nanoTime.getAsLong();
    return isEarly(now)
        ? !silent && now - askedAt >= ASKING.toNanos()
        : idle && now - openUntil > settings.openFor().toNanos();
  }

  private boolean isEarly(long now) {
    return state.state() == BreakerState.State.OPEN && now - openUntil < 0;
  }

  /// Kafka is asked now.
  synchronized void asks() {
    asked = true;
    askedAt = nanoTime.getAsLong();
  }

  /// Kafka has said whether it would take publishes.
  ///
  /// @param permit the [#era] when it was asked
  /// @param idle nobody was let through meanwhile
  void told(int permit, Answer answer, boolean idle) {
    locked(() -> take(permit, answer, idle));
  }

  private void take(int permit, Answer answer, boolean idle) {
    asked = false;
    if (isStale(permit)) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (isEarly(now)) {
      if (answer == Answer.TAKES) {
        breaker.transitionToHalfOpenState();
      }
      return;
    }
    openUntil = now; // the next question is as long away again
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

  /// Within one of the calls above, under the lock.
  private synchronized void changed(CircuitBreaker.State to) {
    BreakerState.State now =
        switch (to) {
          case OPEN, FORCED_OPEN -> BreakerState.State.OPEN;
          case HALF_OPEN -> BreakerState.State.HALF_OPEN;
          case CLOSED, DISABLED, METRICS_ONLY -> BreakerState.State.CLOSED;
        };
    BreakerState before = state;
    openUntil =
        nanoTime.getAsLong() + (now == BreakerState.State.OPEN ? settings.openFor().toNanos() : 0);
    era++;
    askedAt = nanoTime.getAsLong();
    boolean closedAsBefore =
        (before.state() == BreakerState.State.CLOSED) == (now == BreakerState.State.CLOSED);
    state = new BreakerState(name, now, closedAsBefore ? before.since() : clock.instant(), cause);
    String why = cause;
    toSay =
        switch (now) {
          case OPEN ->
              before.state() == BreakerState.State.CLOSED
                  ? () -> log.warn("publishing is refused breaker={} cause={}", name, why)
                  : null;
          case HALF_OPEN -> () -> log.debug("publishing is tried again breaker={}", name);
          case CLOSED -> () -> log.info("publishing works again breaker={}", name);
        };
  }

  /// Stands for any failure, since the breaker only counts.
  private static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed() {
      super("", null, false, false);
    }
  }
}
