package io.sluice.gateway.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.broker.ChannelName;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Publishes once per channel and idempotency key: a repetition within five minutes gets the first
/// one's reply, even while that is still under way. A publish that failed, or of which nobody
/// knows, is forgotten, so that a repetition tries again. For this node only, and for the newest
/// [#REMEMBERED] keys. For any thread.
final class IdempotentPublishes {
  static final int REMEMBERED = 50_000;
  static final int LONGEST_KEY = 128;
  static final Duration AGE = Duration.ofMinutes(5);

  private final Cache<Key, CompletableFuture<Reply>> replies;

  IdempotentPublishes(Ticker ticker) {
    this.replies =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterWrite(AGE)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  CompletionStage<Reply> once(
      ChannelName channel, String key, Supplier<CompletionStage<Reply>> publish) {
    Key id = new Key(channel, key);
    CompletableFuture<Reply> mine = new CompletableFuture<>();
    CompletableFuture<Reply> earlier = replies.asMap().putIfAbsent(id, mine);
    if (earlier != null) {
      return earlier;
    }
    started(publish)
        .whenComplete((reply, failure) -> {
          if (!(reply instanceof Reply.Result)) {
            replies.asMap().remove(id, mine);
          }
          if (failure != null) {
            mine.completeExceptionally(failure);
          } else {
            mine.complete(reply);
          }
        });
    return mine;
  }

  /// A publish that throws must not leave behind a reply that never comes.
  private static CompletionStage<Reply> started(Supplier<CompletionStage<Reply>> publish) {
    try {
      return publish.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private record Key(ChannelName channel, String key) {}
}
