package io.sluice.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Idempotency keys in this process's memory: all there is without Redis, and the stand-in while
/// Redis is away. Any thread; answers at once, on the caller's.
final class LocalIdempotencyStore implements IdempotencyStore {
  /// An entry beside its texts: 300 bytes of records and of the cache's own.
  private static final int ENTRY = 300;

  private sealed interface Entry {
    record Pending(String owner) implements Entry {}

    /// @param left for how long it was kept when it was noted
    record Answered(String answer, Vouching vouching, Duration left) implements Entry {}
  }

  private final Cache<IdempotencyKey, Entry> entries;
  private final Duration answered;

  LocalIdempotencyStore(Duration pending, Duration answered, Ticker ticker) {
    this.answered = answered;
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(LOCAL_BYTES)
            .weigher(LocalIdempotencyStore::weight)
            .expireAfter(
                Expiry.<IdempotencyKey, Entry>writing((_, entry) ->
                    entry instanceof Entry.Answered settled ? settled.left() : pending))
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public CompletionStage<Claim> claim(IdempotencyKey key, String owner) {
    @Nullable Entry earlier = entries.asMap().putIfAbsent(key, new Entry.Pending(owner));
    return CompletableFuture.completedFuture(
        switch (earlier) {
          case null -> new Claim.Mine(Vouching.NODE);
          case Entry.Pending(String other) when other.equals(owner) ->
              new Claim.Mine(Vouching.NODE);
          case Entry.Pending _ -> new Claim.Pending();
          case Entry.Answered(String answer, Vouching vouching, Duration _) ->
              new Claim.Answered(answer, vouching);
        });
  }

  @Override
  public CompletionStage<Vouching> settle(IdempotencyKey key, String owner, String answer) {
    note(key, owner, new Claim.Answered(answer, Vouching.NODE));
    return CompletableFuture.completedFuture(Vouching.NODE);
  }

  @Override
  public CompletionStage<Void> forget(IdempotencyKey key, String owner) {
    entries.asMap().remove(key, new Entry.Pending(owner));
    return CompletableFuture.completedFuture(null);
  }

  /// What this node knows of a key without asking anybody: its answer or nothing.
  Claim.@Nullable Answered answered(IdempotencyKey key) {
    return entries.getIfPresent(key)
            instanceof Entry.Answered(String answer, Vouching vouching, Duration _)
        ? new Claim.Answered(answer, vouching)
        : null;
  }

  /// Remembers an answer that was given now, unless somebody else has the key here.
  void note(IdempotencyKey key, String owner, Claim.Answered answer) {
    note(key, owner, answer, answered);
  }

  /// Remembers an answer that was given before.
  ///
  /// @param left for how long it is kept elsewhere: all nodes forget it together
  void note(IdempotencyKey key, String owner, Claim.Answered answer, Duration left) {
    Entry settled = new Entry.Answered(answer.answer(), answer.vouching(), left);
    entries
        .asMap()
        .merge(
            key,
            settled,
            (earlier, mine) -> earlier.equals(new Entry.Pending(owner)) ? mine : earlier);
  }

  private static int weight(IdempotencyKey key, Entry entry) {
    int texts =
        key.channel().length()
            + key.key().length()
            + switch (entry) {
              case Entry.Pending(String owner) -> owner.length();
              case Entry.Answered(String answer, Vouching _, Duration _) -> answer.length();
            };
    return ENTRY + 2 * texts;
  }
}
