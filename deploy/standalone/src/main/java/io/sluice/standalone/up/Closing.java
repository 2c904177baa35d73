package io.sluice.standalone.up;

import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// What has been started, to be closed in reverse. Closing may come from another thread (the one of
/// a signal) while something is being started: that start is waited for, and the next one refused.
/// Any thread.
final class Closing implements AutoCloseable {
  private final Deque<AutoCloseable> started = new ConcurrentLinkedDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Duration limit;
  private final Consumer<String> progress;
  private volatile boolean closing;

  /// @param limit how long all closing may take together
  /// @param progress told what could not be closed
  Closing(Duration limit, Consumer<String> progress) {
    this.limit = limit;
    this.progress = progress;
  }

  /// Starts something that will be closed before everything started earlier.
  ///
  /// @throws UpFailure when closing has begun
  <T extends AutoCloseable> T start(Callable<T> starter) throws Exception {
    lock.lock();
    try {
      if (closing) {
        throw new UpFailure("stopped while it was starting");
      }
      T one = starter.call();
      started.push(one);
      return one;
    } finally {
      lock.unlock();
    }
  }

  /// Whether nothing is left to close.
  boolean isEmpty() {
    return started.isEmpty();
  }

  boolean hasBegun() {
    return closing;
  }

  /// Idempotent; a second caller waits for the first.
  @Override
  public void close() {
    closing = true;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      if (!lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        progress.accept("what was being started is left behind");
        return;
      }
      try {
        while (!started.isEmpty()) {
          closeOne(started.pop(), deadline);
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeOne(AutoCloseable one, long deadline) throws InterruptedException {
    Thread closer =
        Thread.ofPlatform()
            .daemon()
            .name("closing")
            .start(() -> {
              try {
                one.close();
              } catch (Exception e) {
                progress.accept("while stopping: " + e);
              }
            });
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (!closer.join(Duration.ofMillis(Math.max(1, left)))) {
      progress.accept("not stopped within " + limit.toSeconds() + " s: " + one);
    }
  }
}
