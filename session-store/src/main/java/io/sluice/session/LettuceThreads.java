package io.sluice.session;

import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The threads of one Lettuce client.
final class LettuceThreads implements AutoCloseable {
  /// One connection keeps one of them busy; the second is for time limits and callbacks.
  private static final int THREADS = 2;

  /// Between tries, where Lettuce makes connections again.
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final ClientResources resources;

  /// @param commands told how long each command took
  LettuceThreads(CommandLatencyRecorder commands) {
    resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .reconnectDelay(Delay.constant(PAUSE))
            .commandLatencyRecorder(commands)
            .build();
  }

  ClientResources resources() {
    return resources;
  }

  @Override
  public void close() {
    resources
        .shutdown(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_LIMIT.toMillis());
  }
}
