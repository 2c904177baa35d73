package io.sluice.perf.bench;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The process of a contender that may be started anew, again and again. One thread.
final class ServerProcess implements AutoCloseable {
  private final String name;
  private @Nullable ChildProcess process;

  /// @param name of the contender
  ServerProcess(String name) {
    this.name = name;
  }

  /// Starts one.
  interface Start {
    ChildProcess start() throws IOException;
  }

  /// Ends the one before.
  ChildProcess restart(Start how) throws IOException {
    close();
    ChildProcess started = how.start();
    process = started;
    return started;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  long pid() {
    if (process == null) {
      throw new IllegalStateException(name + " does not run");
    }
    return process.pid();
  }

  /// Ends it without a word.
  void kill() {
    if (process != null) {
      process.kill();
      process = null;
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
      process = null;
    }
  }
}
