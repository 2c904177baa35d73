package io.sluice.perf.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Does something again and again on a thread of its own, until it is closed. What that throws,
/// [#close] throws.
final class Sampling implements AutoCloseable {
  private final Thread thread;
  private volatile @Nullable RuntimeException failure;

  Sampling(Duration pause, Runnable what) {
    thread =
        Thread.ofVirtual()
            .name("sampling")
            .start(() -> {
              try {
                while (true) {
                  what.run();
                  TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                }
              } catch (InterruptedException _) {
                // closed
              } catch (RuntimeException e) {
                failure = e;
              }
            });
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    RuntimeException what = failure;
    if (what != null) {
      throw new IllegalStateException("what was done again and again failed", what);
    }
  }
}
