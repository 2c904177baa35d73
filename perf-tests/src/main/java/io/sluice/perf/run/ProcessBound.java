package io.sluice.perf.run;

/// Has something ended by its owner or, at the latest, when the process ends; once. Any thread.
public final class ProcessBound implements AutoCloseable {
  private final Runnable end;
  private final Thread hook;

  /// From now on.
  ///
  /// @param end called by [#close], or by a thread of its own when the process is told to end
  public ProcessBound(Runnable end) {
    this.end = end;
    this.hook = Thread.ofPlatform().unstarted(end);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Ends it, unless that was done or the process is ending and does it.
  @Override
  public void close() {
    boolean due;
    try {
      due = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      return;
    }
    if (due) {
      end.run();
    }
  }
}
