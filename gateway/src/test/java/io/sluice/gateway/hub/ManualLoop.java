package io.sluice.gateway.hub;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A loop whose tasks run when the test says so.
final class ManualLoop implements LoopThread {
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public synchronized void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  /// Runs tasks until none is left.
  void runAll() {
    for (Runnable task = next(); task != null; task = next()) {
      task.run();
    }
  }

  /// Runs one task.
  void runOne() {
    Runnable task = next();
    if (task != null) {
      task.run();
    }
  }

  synchronized int waiting() {
    return tasks.size();
  }

  private synchronized @Nullable Runnable next() {
    return tasks.poll();
  }
}
