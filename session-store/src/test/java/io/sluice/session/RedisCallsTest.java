package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class RedisCallsTest {

  @Test
  void aCallThatWasCancelledHasAReasonLikeAnyOther() {
    CompletableFuture<Long> cancelled = new CompletableFuture<>();
    cancelled.cancel(false);
    RedisException timeout = new RedisCommandTimeoutException("after 500 ms");

    assertThat(RedisCalls.failureOf(cancelled))
        .isInstanceOf(RedisException.class)
        .hasMessageContaining("cancelled");
    assertThat(RedisCalls.failureOf(CompletableFuture.failedFuture(timeout))).isSameAs(timeout);
  }
}
