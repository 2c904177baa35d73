package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.broker.ChannelName;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class IdempotentPublishesTest {
  private static final ChannelName CHANNEL = ChannelName.parse("a");
  private static final Reply DONE = new Reply.Result(JsonNodeFactory.instance.objectNode());

  private final AtomicLong nanos = new AtomicLong();
  private final IdempotentPublishes publishes = new IdempotentPublishes(nanos::get);
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void aRepetitionWaitsForTheFirst() {
    CompletableFuture<Reply> first = new CompletableFuture<>();
    CompletionStage<Reply> one = publishes.once(CHANNEL, "k", () -> counted(first));
    CompletionStage<Reply> two = publishes.once(CHANNEL, "k", () -> counted(first));
    assertThat(two.toCompletableFuture()).isNotDone();
    first.complete(DONE);

    assertThat(one.toCompletableFuture()).isCompletedWithValue(DONE);
    assertThat(two.toCompletableFuture()).isCompletedWithValue(DONE);
    assertThat(calls).hasValue(1);
  }

  @Test
  void aKeyIsForgottenAfterFiveMinutes() {
    publish();
    nanos.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
    publish();
    assertThat(calls).hasValue(1);
    nanos.addAndGet(1);
    publish();

    assertThat(calls).hasValue(2);
  }

  @Test
  void aFailureIsPassedOnAndForgotten() {
    var failure = new IllegalStateException("broken");
    CompletionStage<Reply> failed =
        publishes.once(CHANNEL, "k", () -> counted(CompletableFuture.failedFuture(failure)));

    assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
    publish();
    assertThat(calls).hasValue(2);
  }

  @Test
  void aPublishThatThrowsIsForgotten() {
    CompletionStage<Reply> thrown =
        publishes.once(
            CHANNEL,
            "k",
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThat(thrown.toCompletableFuture()).isCompletedExceptionally();
    publish();
    assertThat(calls).hasValue(1);
  }

  private void publish() {
    var reply =
        publishes.once(CHANNEL, "k", () -> counted(CompletableFuture.completedFuture(DONE)));
    assertThat(reply.toCompletableFuture()).isCompletedWithValue(DONE);
  }

  private CompletionStage<Reply> counted(CompletableFuture<Reply> reply) {
    calls.incrementAndGet();
    return reply;
  }
}
