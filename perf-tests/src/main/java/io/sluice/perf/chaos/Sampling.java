package io.sluice.perf.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Does something again and again on a thread of its own, until it is closed.
final class Sampling implements AutoCloseable {
  private final Thread thread;

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
  }
}
