package io.sluice.session;

import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Idempotency keys in Redis and nowhere else: a call fails when Redis does not answer. Any thread;
/// never blocks.
final class RedisIdempotencyStore implements IdempotencyStore {
  private static final String MINE = "mine";
  private static final String PENDING_ELSEWHERE = "pending";

  private final RedisCalls redis;
  private final Duration pending;
  private final Duration answered;

  RedisIdempotencyStore(RedisCalls redis, Duration pending, Duration answered) {
    this.redis = redis;
    this.pending = pending;
    this.answered = answered;
  }

  /// What asking for a key found.
  ///
  /// @param left for how long its answer is kept from now on; nothing where there is none
  record Asked(Claim claim, Duration left) {}

  @Override
  public CompletionStage<Claim> claim(IdempotencyKey key, String owner) {
    return ask(key, owner).thenApply(Asked::claim);
  }

  /// As [#claim], and for how long it holds.
  CompletionStage<Asked> ask(IdempotencyKey key, String owner) {
    return redis
        .<List<Object>>run(
            Scripts.CLAIM,
            ScriptOutputType.MULTI,
            Keys.of(key),
            Keys.VERSION,
            owner,
            Long.toString(pending.toMillis()))
        .thenApply(answer ->
            switch ((String) answer.getFirst()) {
              case MINE -> new Asked(new Claim.Mine(Vouching.CLUSTER), Duration.ZERO);
              case PENDING_ELSEWHERE -> new Asked(new Claim.Pending(), Duration.ZERO);
              default ->
                  new Asked(
                      new Claim.Answered((String) answer.get(1), Vouching.CLUSTER),
                      Duration.ofMillis((Long) answer.get(2)));
            });
  }

  @Override
  public CompletionStage<Vouching> settle(IdempotencyKey key, String owner, String answer) {
    return redis
        .<Boolean>run(
            Scripts.SETTLE,
            ScriptOutputType.BOOLEAN,
            Keys.of(key),
            Keys.VERSION,
            owner,
            answer,
            Long.toString(answered.toMillis()))
        .thenApply(settled -> settled ? Vouching.CLUSTER : Vouching.NODE);
  }

  @Override
  public CompletionStage<Void> forget(IdempotencyKey key, String owner) {
    return redis
        .<Boolean>run(Scripts.FORGET, ScriptOutputType.BOOLEAN, Keys.of(key), owner)
        .thenAccept(_ -> {});
  }
}
