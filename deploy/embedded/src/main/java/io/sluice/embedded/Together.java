package io.sluice.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Does the same for several nodes at once, because a node alone waits for a majority of them.
/// Platform threads, since the broker's start-up code locks and blocks; daemons, so that one that
/// hangs does not keep the process alive.
final class Together {
  private Together() {}

  /// Returns when all tasks are done.
  ///
  /// @param what for thread names and messages, such as `start Kafka`
  /// @throws RuntimeException the first failure of a task
  /// @throws EmbeddedStartException when they take longer than the limit
  static void run(String what, Duration limit, List<? extends Runnable> tasks) {
    var failure = new AtomicReference<@Nullable RuntimeException>();
    var running = new CountDownLatch(tasks.size());
    List<Thread> threads = new ArrayList<>();
    for (Runnable task : tasks) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name(what.replace(' ', '-') + "-", threads.size())
              .start(() -> run(task, failure, running)));
    }
    await(what, limit, running);
    @Nullable RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private static void run(
      Runnable task, AtomicReference<@Nullable RuntimeException> failure, CountDownLatch running) {
    try {
      task.run();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      running.countDown();
    }
  }

  private static void await(String what, Duration limit, CountDownLatch running) {
    try {
      if (!running.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new EmbeddedStartException(what + ": not done within " + limit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedStartException(what + ": interrupted", e);
    }
  }
}
