package io.sluice.perf.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets what this thread runs end in good order when the process is told to end (Ctrl-C, SIGTERM):
/// the thread is interrupted, and the process stays until it has closed this, for 30 s at most.
/// Then what is left of its child processes is killed, also what is frozen. Made and closed by the
/// thread that runs.
public final class Interruption implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(30);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  /// From now on.
  public Interruption() {
    Thread runs = Thread.currentThread();
    hook = Thread.ofPlatform().name("interruption").unstarted(() -> end(runs));
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void end(Thread runs) {
    runs.interrupt();
    try {
      if (ended.await(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
  }

  /// What runs has ended.
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // the process is ending, and has waited for this
    }
  }
}
