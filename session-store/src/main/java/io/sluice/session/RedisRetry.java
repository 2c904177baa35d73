package io.sluice.session;

import io.github.resilience4j.core.IntervalFunction;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisReadOnlyException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Repeats calls that failed for a reason that passes, after a wait that doubles and is random by
/// half, within the time limit of one call. Only calls that may be made twice, since one that
/// failed may have been done:
///
/// | call | repeated | because |
/// |---|---|---|
/// | `find`, `ofUser` | yes | they only read |
/// | `close` | yes | closing again what this generation has closed does nothing; what a later one holds is refused |
/// | `claim`, `settle`, `forget` of a key | yes | each names its owner: its second time it finds its own first, or is refused |
/// | `open` | no | each gives a new generation, and would take the session over from the first |
/// | `checkpoint` | no | a late repetition could put an older state over a newer one; the next checkpoint writes it all |
/// | `sweep` | no | its count would be wrong; who asked for it asks again |
/// | a sign of life | no | its failing is what is to be known |
///
/// A reason passes when the connection was lost, or Redis says so: it is loading, busy with a
/// script, without a master, or moving a slot. A call that was not answered in time is not
/// repeated: it would wait behind the first on the same connection, and there is no time left. Nor
/// is one that the breaker lets through to see how Redis is.
///
/// As many calls may wait for their repetition as may wait for Redis. Any thread; never blocks.
final class RedisRetry {
  private static final double FACTOR = 2;
  private static final double RANDOM = 0.5;

  private final RedisResilience settings;
  private final RedisBreaker breaker;
  private final long limitNanos;
  private final int most;
  private final IntervalFunction waits;
  private final ScheduledExecutorService timer;
  private final SessionMetrics metrics;
  private final AtomicInteger waiting = new AtomicInteger();

  /// @param timer makes the repetitions, which do not block it
  RedisRetry(
      SessionStoreSettings settings,
      RedisBreaker breaker,
      ScheduledExecutorService timer,
      SessionMetrics metrics) {
    this.breaker = breaker;
    this.settings = settings.resilience();
    this.limitNanos = settings.timeout().toNanos();
    this.most = settings.queue();
    this.waits =
        IntervalFunction.ofExponentialRandomBackoff(
            settings.resilience().backOff(), FACTOR, RANDOM);
    this.timer = timer;
    this.metrics = metrics;
  }

  /// Makes a call that may be repeated; to be called when the breaker has just let it through.
  <T> CompletionStage<T> call(Supplier<CompletionStage<T>> command) {
    long deadline = System.nanoTime() + limitNanos;
    // now: when a trial has failed the breaker may have gone on already
    if (breaker.state().state() == BreakerState.State.HALF_OPEN) {
      return command.get();
    }
    return command.get().exceptionallyCompose(failure -> again(command, failure, 1, deadline));
  }

  private <T> CompletionStage<T> again(
      Supplier<CompletionStage<T>> command, Throwable failure, int made, long deadline) {
    long waitMs = waits.apply(made);
    boolean inTime = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs) - deadline < 0;
    if (!passes(failure) || made == settings.attempts() || !inTime) {
      return givenUp(failure, made);
    }
    if (waiting.incrementAndGet() > most) {
      waiting.decrementAndGet();
      return givenUp(failure, made);
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      var _ =
          timer.schedule(
              () -> {
                waiting.decrementAndGet();
                repeat(command, made + 1, deadline, answer);
              },
              waitMs,
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) { // closed meanwhile
      waiting.decrementAndGet();
      return givenUp(failure, made);
    }
    return answer.orTimeout(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private <T> void repeat(
      Supplier<CompletionStage<T>> command, int made, long deadline, CompletableFuture<T> answer) {
    command
        .get()
        .whenComplete((value, failure) -> {
          if (failure == null) {
            metrics.retried(SessionMetrics.Retried.ANSWERED);
          }
        })
        .exceptionallyCompose(failure -> again(command, failure, made, deadline))
        .whenComplete((value, failure) -> {
          if (failure == null) {
            answer.complete(value);
          } else {
            answer.completeExceptionally(causeOf(failure));
          }
        });
  }

  private <T> CompletionStage<T> givenUp(Throwable failure, int made) {
    if (made > 1) {
      metrics.retried(SessionMetrics.Retried.GIVEN_UP);
    }
    return CompletableFuture.failedFuture(causeOf(failure));
  }

  /// Whether a moment later the same call may do better.
  static boolean passes(Throwable failure) {
    return switch (causeOf(failure)) {
      case RedisCommandTimeoutException _ -> false;
      case RedisLoadingException _, RedisBusyException _, RedisReadOnlyException _ -> true;
      case RedisCommandExecutionException refused -> saysItPasses(refused.getMessage());
      case RedisException _, IOException _, CancellationException _ -> true; // the connection
      default -> false;
    };
  }

  private static boolean saysItPasses(@Nullable String message) {
    return message != null
        && (message.startsWith("TRYAGAIN")
            || message.startsWith("CLUSTERDOWN")
            || message.startsWith("MASTERDOWN"));
  }

  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
    return cause == null ? failure : cause;
  }
}
