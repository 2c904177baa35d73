package io.sluice.session;

import io.sluice.session.RedisSessionStore.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Redis, and answers from this node's memory what Redis does not answer. What Redis has
/// answered is noted locally too, so that an outage does not make a node forget its own sessions.
/// Any thread; never blocks; but for a sweep, and for a look at what this node does not know, a
/// call fails only when even the local store refuses it.
final class ResilientSessionStore implements SessionStore {
  private static final Logger LOG = LoggerFactory.getLogger(ResilientSessionStore.class);

  /// So often Redis is pinged: an outage is noticed, and so is its end, without any traffic.
  private static final Duration PING_INTERVAL = Duration.ofMillis(500);

  private final RedisSessionStore redis;
  private final RedisLink link;
  private final RedisBreaker breaker;
  private final LocalSessionStore local;
  private final SessionMetrics metrics;
  private final RedisRetry retry;
  private final IdempotencyStore idempotency;
  private final ScheduledExecutorService pinger =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("session-store-ping").factory());

  ResilientSessionStore(
      SessionStoreSettings settings,
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
    this.retry = new RedisRetry(settings, breaker, pinger, metrics);
    this.idempotency =
        new ResilientIdempotencyStore(
            redis.idempotency(), breaker, retry, local.idempotency(), metrics);
  }

  /// Begins to look after the connection. Once.
  void start() {
    long interval = PING_INTERVAL.toMillis();
    var _ = pinger.scheduleWithFixedDelay(this::ping, interval, interval, TimeUnit.MILLISECONDS);
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return either(
        () -> redis.open(key, info).thenApply(opened -> local.remember(key, info, opened)),
        _ -> {},
        () ->
            local
                .open(key, info)
                .thenApply(opened -> {
                  correct(key, info, opened.guessed());
                  return opened.guessed();
                }));
  }

  /// What was not answered in time may be done by Redis yet, and would fence out whoever opens the
  /// session meanwhile. Behind it goes what is true instead.
  private void correct(SessionKey key, SessionInfo info, Opened opened) {
    if (link.health() instanceof StoreHealth.Healthy) {
      redis
          .write(
              List.of(
                  new Checkpoint(key, info, opened.generation(), info.connected(), opened.state())))
          .whenComplete((_, failure) -> LOG.trace("session opened in memory", failure));
    }
  }

  /// What Redis took is noted here as well, and so is what it refused. What it did not answer, the
  /// memory answers.
  @Override
  public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
    return either(
            () -> redis.write(batch),
            written -> written.refused().forEach(local::refused),
            () -> CompletableFuture.completedFuture(new Written(List.of(), batch, null)))
        .thenCompose(written -> {
          @Nullable Throwable failure = written.failure();
          if (failure != null) {
            metrics.fellBack(FallbackReason.of(failure));
          }
          return local
              .checkpoint(without(batch, written.refused()))
              .thenApply(refused -> bothOf(written, refused));
        });
  }

  private static List<Checkpoint> without(List<Checkpoint> batch, List<Checkpoint> some) {
    return some.isEmpty() ? batch : batch.stream().filter(live -> !some.contains(live)).toList();
  }

  /// Where Redis has answered, what the memory thinks does not count.
  private static List<Checkpoint> bothOf(Written written, List<Checkpoint> inMemory) {
    List<Checkpoint> refused = new ArrayList<>(written.refused());
    inMemory.stream().filter(written.unanswered()::contains).forEach(refused::add);
    return refused;
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
    return either(
        () -> retry.call(() -> redis.close(key, generation, last)),
        _ -> local.close(key, generation, last),
        () -> local.close(key, generation, last));
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return either(
        () -> retry.call(() -> redis.find(key)),
        _ -> {},
        () ->
            local
                .find(key)
                .thenCompose(found ->
                    found.isPresent()
                        ? CompletableFuture.completedFuture(found)
                        : CompletableFuture.failedFuture(
                            new IllegalStateException(
                                "Redis does not answer, and this node does not know it"))));
  }

  @Override
  public CompletionStage<List<StoredSession>> ofUser(String user) {
    return either(() -> retry.call(() -> redis.ofUser(user)), _ -> {}, () -> local.ofUser(user));
  }

  /// The memory knows nothing of another node's sessions.
  @Override
  public CompletionStage<Integer> sweep(String node, Instant before) {
    return breaker.call(() -> redis.sweep(node, before));
  }

  @Override
  public IdempotencyStore idempotency() {
    return idempotency;
  }

  @Override
  public StoreHealth health() {
    return breaker.health();
  }

  @Override
  public List<BreakerState> breakers() {
    return List.of(breaker.state());
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
            .call(redis::askForSign)
            .whenComplete((_, failure) -> LOG.trace("session store ping", failure));
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the pinging for good.
      LOG.warn("session store cannot look after its connection", e);
    }
  }
}
