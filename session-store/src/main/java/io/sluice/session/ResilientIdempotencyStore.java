package io.sluice.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks this node's memory for answers first, then Redis, and goes on with this node's memory where
/// Redis does not answer. Any thread; never blocks; no stage of it fails.
final class ResilientIdempotencyStore implements IdempotencyStore {
  private static final Logger LOG = LoggerFactory.getLogger(ResilientIdempotencyStore.class);

  private final RedisIdempotencyStore redis;
  private final RedisBreaker breaker;
  private final RedisRetry retry;
  private final LocalIdempotencyStore local;
  private final SessionMetrics metrics;

  ResilientIdempotencyStore(
      RedisIdempotencyStore redis,
      RedisBreaker breaker,
      RedisRetry retry,
      LocalIdempotencyStore local,
      SessionMetrics metrics) {
    this.redis = redis;
    this.breaker = breaker;
    this.retry = retry;
    this.local = local;
    this.metrics = metrics;
  }

  @Override
  public CompletionStage<Claim> claim(IdempotencyKey key, String owner) {
    Claim known = local.answered(key);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    return either(
        () ->
            redis
                .ask(key, owner)
                .thenApply(asked -> {
                  if (asked.claim() instanceof Claim.Answered answered) {
                    local.note(key, owner, answered, asked.left());
                  }
                  return asked.claim();
                }),
        () -> local.claim(key, owner));
  }

  /// Told to Redis also when that could not be asked before: it may know of the claim all the same,
  /// and the answer is true in any case.
  @Override
  public CompletionStage<Vouching> settle(IdempotencyKey key, String owner, String answer) {
    return either(
            () -> redis.settle(key, owner, answer),
            () -> CompletableFuture.completedFuture(Vouching.NODE))
        .thenApply(vouching -> {
          local.note(key, owner, new Claim.Answered(answer, vouching));
          return vouching;
        });
  }

  @Override
  public CompletionStage<Void> forget(IdempotencyKey key, String owner) {
    return either(
        () -> redis.forget(key, owner).thenCompose(_ -> local.forget(key, owner)),
        () -> local.forget(key, owner));
  }

  private <T> CompletionStage<T> either(
      Supplier<CompletionStage<T>> fromRedis, Supplier<CompletionStage<T>> fromMemory) {
    return breaker
        .call(() -> retry.call(fromRedis))
        .exceptionallyCompose(failure -> {
          metrics.fellBack(FallbackReason.of(failure));
          LOG.debug("idempotency key is known to this node only", failure);
          return fromMemory.get();
        });
  }
}
