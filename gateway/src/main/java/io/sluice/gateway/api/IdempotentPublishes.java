package io.sluice.gateway.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.ChannelName;
import io.sluice.gateway.telemetry.LoggedContext;
import io.sluice.session.Claim;
import io.sluice.session.IdempotencyKey;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.Vouching;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Publishes once per channel and idempotency key: a repetition within five minutes gets the first
/// one's reply, at whatever node, even while that is still under way. A publish that failed, or of
/// which nobody knows, is forgotten, so that a repetition tries again. A reply for which this
/// node's memory alone vouches, because Redis was away or there is none, says
/// `"idempotency":"local"`.
///
/// Repetitions at this node are recognised without asking anybody. For any thread; at most as many
/// keys as publishes are under way.
final class IdempotentPublishes {
  static final int LONGEST_KEY = IdempotencyKey.MAX_KEY;

  /// How long a repetition waits for a publish under way at another node. With the time for the
  /// publish itself and two questions to Redis it is within what a caller is answered in.
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(160);
  private static final JsonMapper JSON = new JsonMapper();

  private final IdempotencyStore store;
  private final Map<IdempotencyKey, CompletableFuture<Reply>> underWay = new ConcurrentHashMap<>();

  IdempotentPublishes(IdempotencyStore store) {
    this.store = store;
  }

  CompletionStage<Reply> once(
      ChannelName channel, String key, Supplier<CompletionStage<Reply>> publish) {
    IdempotencyKey id = new IdempotencyKey(channel.toString(), key);
    CompletableFuture<Reply> mine = new CompletableFuture<>();
    CompletableFuture<Reply> earlier = underWay.putIfAbsent(id, mine);
    if (earlier != null) {
      return earlier;
    }
    new Attempt(id, publish)
        .ask(FIRST_PAUSE)
        .whenComplete((reply, failure) -> {
          underWay.remove(id, mine);
          if (failure != null) {
            mine.completeExceptionally(failure);
          } else {
            mine.complete(reply);
          }
        });
    return mine;
  }

  /// One publish, or the wait for another's.
  private final class Attempt {
    private final IdempotencyKey key;
    private final Supplier<CompletionStage<Reply>> publish;
    private final String owner = UUID.randomUUID().toString();
    private final LoggedContext context = LoggedContext.current();
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();

    Attempt(IdempotencyKey key, Supplier<CompletionStage<Reply>> publish) {
      this.key = key;
      this.publish = publish;
    }

    CompletionStage<Reply> ask(Duration pause) {
      return in(() -> store.claim(key, owner))
          .thenCompose(claim ->
              switch (claim) {
                case Claim.Mine(Vouching vouching) -> publish(vouching);
                case Claim.Answered(String answer, Vouching vouching) ->
                    CompletableFuture.completedStage(repeated(answer, vouching));
                case Claim.Pending() -> askAgain(pause);
              });
    }

    /// Calls of the store are parts of the request's trace, whatever thread makes them.
    private <T> CompletionStage<T> in(Supplier<CompletionStage<T>> call) {
      return context.call(call);
    }

    private CompletionStage<Reply> askAgain(Duration pause) {
      if (System.nanoTime() - deadline > 0) {
        return CompletableFuture.completedStage(
            Reply.failure(
                ErrorCode.INTERNAL,
                "a publish with idempotency key '%s' is under way at another node, no answer in %d ms"
                    .formatted(key.key(), PATIENCE.toMillis())));
      }
      Duration longer = pause.multipliedBy(2);
      Duration next = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
      return CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS))
          .thenCompose(_ -> ask(next));
    }

    private CompletionStage<Reply> publish(Vouching claimed) {
      return started()
          .handle((reply, failure) ->
              reply instanceof Reply.Result(ObjectNode result)
                  ? settle(result, claimed)
                  : forget(reply, failure))
          .thenCompose(it -> it);
    }

    /// A publish that throws must not leave behind a reply that never comes.
    private CompletionStage<Reply> started() {
      try {
        return publish.get();
      } catch (RuntimeException e) {
        return CompletableFuture.failedStage(e);
      }
    }

    private CompletionStage<Reply> settle(ObjectNode result, Vouching claimed) {
      return in(() -> store.settle(key, owner, result.toString()))
          .thenApply(settled -> marked(result, settled.and(claimed)));
    }

    private CompletionStage<Reply> forget(@Nullable Reply reply, @Nullable Throwable failure) {
      var _ = in(() -> store.forget(key, owner));
      return reply != null
          ? CompletableFuture.completedStage(reply)
          : CompletableFuture.failedStage(
              failure != null ? failure : new IllegalStateException("neither reply nor failure"));
    }

    private Reply repeated(String answer, Vouching vouching) {
      try {
        if (JSON.readTree(answer) instanceof ObjectNode result) {
          return marked(result, vouching);
        }
      } catch (JsonProcessingException _) {
        // told below
      }
      return Reply.failure(
          ErrorCode.INTERNAL,
          "the answer kept for idempotency key '%s' is none".formatted(key.key()));
    }
  }

  private static Reply marked(ObjectNode result, Vouching vouching) {
    return new Reply.Result(
        vouching == Vouching.NODE ? result.put("idempotency", "local") : result);
  }
}
