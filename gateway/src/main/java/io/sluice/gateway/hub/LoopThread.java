package io.sluice.gateway.hub;

import java.time.Duration;

/// The thread a shard is confined to.
public interface LoopThread {
  /// Runs a task on the thread, after those given before it. Any thread may call it.
  void execute(Runnable task);

  /// Runs a task on the thread, after whatever else the thread does has had its turn: a task that
  /// brings itself back by [#execute] would be run again at once. Any thread may call it.
  default void later(Runnable task) {
    execute(task); // a thread that does nothing else
  }

  /// Runs a task on the thread when so much time has passed. Any thread may call it.
  void after(Duration delay, Runnable task);

  /// Whether the caller is on the thread.
  boolean inLoop();
}
