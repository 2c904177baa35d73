package io.sluice.gateway.telemetry;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// Threads `sluice-otlp-send-N`, one for each batch, interrupted when its time is over: the JDK's
/// client waits without a bound for a body whose headers have come. The sender's own threads are
/// five, or as many as processors; once each waited for a body, nothing more would be sent.
///
/// Whoever sends waits nearly as long before the next batch, so there are two at a time at most.
final class SenderThreads {
  private SenderThreads() {}

  /// For one sender.
  ///
  /// @param most for one batch
  /// @return need not be closed: it has no threads but those of batches
  static ExecutorService open(Duration most) {
    ThreadFactory threads = Thread.ofPlatform().daemon().name("sluice-otlp-send-", 0).factory();
    return Executors.newThreadPerTaskExecutor(batch -> threads.newThread(() -> run(batch, most)));
  }

  private static void run(Runnable batch, Duration most) {
    Thread sending = Thread.currentThread();
    CompletableFuture<Boolean> inTime =
        new CompletableFuture<Boolean>()
            .completeOnTimeout(false, most.toMillis(), TimeUnit.MILLISECONDS);
    var _ =
        inTime.thenAccept(is -> {
          if (!is) {
            sending.interrupt();
          }
        });
    try {
      batch.run();
    } finally {
      inTime.complete(true);
    }
  }
}
