package io.sluice.perf.micro;

import io.sluice.gateway.hub.LoopThread;
import java.time.Duration;
import java.util.ArrayDeque;

/// A loop whose tasks run when the only thread there is says so.
final class CallersThread implements LoopThread {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void after(Duration delay, Runnable task) {
    throw new IllegalStateException("nothing here is delayed");
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  /// Runs tasks until none is left.
  void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }
}
