package io.sluice.gateway.hub;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A loop whose tasks run when the test says so.
public final class ManualLoop implements LoopThread {
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<Runnable> timed = new ArrayList<>();

  @Override
  public synchronized void execute(Runnable task) {
    tasks.add(task);
  }

  /// Runs when the test lets the time pass.
  @Override
  public synchronized void after(Duration delay, Runnable task) {
    timed.add(task);
  }

  /// The time has passed for everything that waits for it.
  void pass() {
    List<Runnable> due;
    synchronized (this) {
      due = List.copyOf(timed);
      timed.clear();
    }
    due.forEach(Runnable::run);
    runAll();
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  /// Runs tasks until none is left.
  public void runAll() {
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
