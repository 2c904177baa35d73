package io.sluice.perf.chaos;

import java.util.ArrayList;
import java.util.List;

/// Threads that do something again and again, until it is enough. Made and closed by one thread.
final class Workers implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean enough;

  void start(Thread.Builder kind, Runnable work) {
    threads.add(kind.start(work));
  }

  /// Whether they are to go on. Any thread.
  boolean goOn() {
    return !enough;
  }

  /// Tells them that it is enough; returns when all have ended, or this thread is interrupted.
  @Override
  public void close() {
    enough = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
