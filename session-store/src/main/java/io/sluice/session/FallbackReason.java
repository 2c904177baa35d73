package io.sluice.session;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Why a call was not answered by Redis. Also the label of the metric that counts them.
enum FallbackReason {
  /// No answer within the time limit.
  TIMEOUT,
  /// Not asked, because Redis failed a moment ago.
  BREAKER,
  /// Redis answered with an error: out of memory, read-only, no permission.
  REFUSED,
  /// Not asked, because too many calls wait already.
  QUEUE,
  /// Not connected, or cut off before the answer.
  UNAVAILABLE;

  static FallbackReason of(Throwable failure) {
    @Nullable Throwable cause =
        failure instanceof CompletionException ? failure.getCause() : failure;
    return switch (cause) {
      case RedisCommandTimeoutException _, TimeoutException _ -> TIMEOUT;
      case CallNotPermittedException _ -> BREAKER;
      case RedisCommandExecutionException _ -> REFUSED;
      case QueueFullException _ -> QUEUE;
      case null, default -> UNAVAILABLE;
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
