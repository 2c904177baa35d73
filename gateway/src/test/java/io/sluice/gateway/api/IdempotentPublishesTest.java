package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.ChannelName;
import io.sluice.session.IdempotencyStore;
import io.sluice.session.SessionStoreSettings;
import io.sluice.session.SessionStores;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Two nodes with one store between them, which is in memory and so answers at once.
final class IdempotentPublishesTest {
  private static final ChannelName CHANNEL = ChannelName.parse("a");
  private static final Reply REFUSED = Reply.failure(ErrorCode.INTERNAL, "Kafka is away");

  private final IdempotencyStore store =
      SessionStores.open(SessionStoreSettings.of(""), new SimpleMeterRegistry()).idempotency();
  private final IdempotentPublishes here = new IdempotentPublishes(store);
  private final IdempotentPublishes there = new IdempotentPublishes(store);
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void aRepetitionWaitsForTheFirst() {
    CompletableFuture<Reply> first = new CompletableFuture<>();
    CompletableFuture<Reply> one = once(here, first);
    CompletableFuture<Reply> two = once(here, first);
    assertThat(two).isNotDone();
    first.complete(done());

    assertThat(one).isCompletedWithValue(doneHere());
    assertThat(two).isCompletedWithValue(doneHere());
    assertThat(calls).hasValue(1);
  }

  @Test
  void aRepetitionAtAnotherNodeWaitsForTheFirst() throws Exception {
    CompletableFuture<Reply> first = new CompletableFuture<>();
    CompletableFuture<Reply> one = once(here, first);
    CompletableFuture<Reply> two = once(there, first);
    assertThat(two).isNotDone();
    first.complete(done());

    assertThat(two.get(5, TimeUnit.SECONDS)).isEqualTo(doneHere()).isEqualTo(one.join());
    assertThat(calls).hasValue(1);
  }

  @Test
  void aRepetitionAtAnotherNodeWaitsForItsPatienceOnly() throws Exception {
    var _ = once(here, new CompletableFuture<>());
    long start = System.nanoTime();

    Reply told = once(there, done()).get(5, TimeUnit.SECONDS);

    assertThat(System.nanoTime() - start)
        .isGreaterThanOrEqualTo(IdempotentPublishes.PATIENCE.toNanos());
    assertThat(told.toJson().toString())
        .contains("\"code\":100", "idempotency key 'k' is under way at another node", "in 1000 ms");
    assertThat(calls).hasValue(1);
  }

  @Test
  void aRepetitionAtAnotherNodePublishesWhenTheFirstHasFailed() throws Exception {
    CompletableFuture<Reply> first = new CompletableFuture<>();
    CompletableFuture<Reply> one = once(here, first);
    CompletableFuture<Reply> two = once(there, done());
    first.complete(REFUSED);

    assertThat(one).isCompletedWithValue(REFUSED);
    assertThat(two.get(5, TimeUnit.SECONDS)).isEqualTo(doneHere());
    assertThat(calls).hasValue(2);
  }

  @Test
  void aFailureIsPassedOnAndForgotten() {
    var failure = new IllegalStateException("broken");
    CompletableFuture<Reply> failed = once(here, CompletableFuture.failedFuture(failure));

    assertThat(failed).isCompletedExceptionally();
    assertThat(once(here, done())).isCompletedWithValue(doneHere());
    assertThat(calls).hasValue(2);
  }

  @Test
  void aPublishThatThrowsIsForgotten() {
    CompletionStage<Reply> thrown =
        here.once(
            CHANNEL,
            "k",
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThat(thrown.toCompletableFuture()).isCompletedExceptionally();
    assertThat(once(here, done())).isCompletedWithValue(doneHere());
  }

  private CompletableFuture<Reply> once(IdempotentPublishes node, Reply reply) {
    return once(node, CompletableFuture.completedFuture(reply));
  }

  private CompletableFuture<Reply> once(IdempotentPublishes node, CompletableFuture<Reply> reply) {
    return node.once(
            CHANNEL,
            "k",
            () -> {
              calls.incrementAndGet();
              return reply;
            })
        .toCompletableFuture();
  }

  private static Reply done() {
    return new Reply.Result(position());
  }

  /// Nobody else vouches for what is in this process's memory.
  private static Reply doneHere() {
    return new Reply.Result(position().put("idempotency", "local"));
  }

  private static ObjectNode position() {
    return JsonNodeFactory.instance.objectNode().put("offset", 7).put("epoch", "e1");
  }
}
