package io.sluice.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Redis, and answers from this node's memory what Redis does not answer. What Redis has
/// answered is noted locally too, so that an outage does not make a node forget its own sessions.
/// Any thread; never blocks; a call fails only when even the local store refuses it.
final class ResilientSessionStore implements SessionStore {
  private static final Logger LOG = LoggerFactory.getLogger(ResilientSessionStore.class);

  /// So often Redis is pinged: an outage is noticed, and so is its end, without any traffic.
  private static final Duration PING_INTERVAL = Duration.ofMillis(500);

  private final RedisSessionStore redis;
  private final RedisLink link;
  private final RedisBreaker breaker;
  private final LocalSessionStore local;
  private final SessionMetrics metrics;
  private final ScheduledExecutorService pinger =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("session-store-ping").factory());

  ResilientSessionStore(
      RedisSessionStore redis,
      RedisLink link,
      RedisBreaker breaker,
      LocalSessionStore local,
      SessionMetrics metrics) {
    this.redis = redis;
    this.link = link;
    this.breaker = breaker;
    this.local = local;
    this.metrics = metrics;
  }

  /// Begins to look after the connection. Once.
  void start() {
    long interval = PING_INTERVAL.toMillis();
    var _ = pinger.scheduleWithFixedDelay(this::ping, interval, interval, TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return either(
        () -> redis.open(key, info),
        opened -> local.remember(key, info, opened.generation()),
        () -> local.open(key, info));
  }

  @Override
  public CompletionStage<Boolean> seen(SessionKey key, long generation, Instant at) {
    return either(
        () -> redis.seen(key, generation, at),
        // A refusal holds through an outage, too.
        kept -> {
          var _ = kept ? local.seen(key, generation, at) : local.close(key, generation);
        },
        () -> local.seen(key, generation, at));
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation) {
    return either(
        () -> redis.close(key, generation),
        _ -> local.close(key, generation),
        () -> local.close(key, generation));
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return either(() -> redis.find(key), _ -> {}, () -> local.find(key));
  }

  @Override
  public StoreHealth health() {
    return breaker.health();
  }

  @Override
  public void close() {
    pinger.shutdownNow();
    redis.close();
    local.close();
  }

  private <T> CompletionStage<T> either(
      Supplier<CompletionStage<T>> fromRedis,
      Consumer<T> note,
      Supplier<CompletionStage<T>> fromMemory) {
    long start = System.nanoTime();
    return breaker
        .call(fromRedis)
        .thenApply(answer -> {
          note.accept(answer);
          return answer;
        })
        .exceptionallyCompose(failure -> {
          metrics.fellBack(FallbackReason.of(failure));
          LOG.debug("session store answers from memory", failure);
          return fromMemory.get();
        })
        .whenComplete((_, _) -> metrics.answered(Duration.ofNanos(System.nanoTime() - start)));
  }

  private void ping() {
    try {
      // Without a connection there is nothing to ask, and the breaker's next try is better kept
      // for when there is one.
      link.maintain();
      if (link.health() instanceof StoreHealth.Healthy) {
        breaker
            .call(redis::ping)
            .whenComplete((_, failure) -> LOG.trace("session store ping", failure));
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the pinging for good.
      LOG.warn("session store cannot look after its connection", e);
    }
  }
}
