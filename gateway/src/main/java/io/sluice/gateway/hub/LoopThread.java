package io.sluice.gateway.hub;

/// The thread a shard is confined to.
public interface LoopThread {
  /// Runs a task on the thread, after those given before it. Any thread may call it.
  void execute(Runnable task);

  /// Whether the caller is on the thread.
  boolean inLoop();
}
