package io.sluice.perf.chaos;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A process of the cluster that is killed, frozen, told to end, and started again. Its logs, of
/// all its lives, go to one file. One thread at a time.
final class Service implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(60);
  private static final Duration STANDING = Duration.ofSeconds(5);

  private final String name;
  private final Path log;
  private final Launch launch;
  private @Nullable ChildProcess process;

  /// Continues it when the time that it was frozen for is over.
  private @Nullable Process thawing;

  /// Starts the process.
  interface Launch {
    ChildProcess start() throws IOException;
  }

  /// @param logs the folder that its log goes to
  Service(String name, Path logs, Launch launch) {
    this.name = name;
    this.log = logs.resolve(name + ".log");
    this.launch = launch;
  }

  String name() {
    return name;
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /// Does nothing when it runs.
  ///
  /// @return what was started
  Optional<ChildProcess> start() throws IOException {
    if (isAlive()) {
      return Optional.empty();
    }
    if (process != null) {
      throw new IOException(failure("has ended, and nobody ended it"));
    }
    ChildProcess started = launch.start();
    process = started;
    return Optional.of(started);
  }

  /// `kill -9`.
  void kill() throws IOException {
    ChildProcess living = running();
    ProcessHandle.of(living.pid()).ifPresent(ProcessHandle::destroyForcibly);
    awaitEnd(living);
  }

  /// SIGSTOP, and SIGCONT after so long, whatever becomes of us. Returns when it stands still.
  void freeze(Duration time) throws IOException {
    long pid = running().pid();
    thawing =
        shell(
            "trap '' INT TERM HUP; kill -STOP %d; sleep %d; kill -CONT %d"
                .formatted(pid, time.toSeconds(), pid));
    long end = System.nanoTime() + STANDING.toNanos();
    while (!isFrozen(pid)) {
      if (System.nanoTime() - end > 0) {
        throw new IOException(name + " goes on after SIGSTOP");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /// SIGCONT, before the time is over.
  void thaw() throws IOException {
    var _ = shell("kill -CONT " + running().pid());
    Process later = thawing;
    if (later != null) {
      later.destroyForcibly(); // or it would thaw one that is frozen again
    }
  }

  /// Where Linux says so.
  private static boolean isFrozen(long pid) throws IOException {
    Path stat = Path.of("/proc/" + pid + "/stat");
    if (!Files.exists(stat)) {
      return true; // nobody can tell
    }
    String text = Files.readString(stat); // the state follows the name, which is in parentheses
    return text.startsWith("T", text.lastIndexOf(')') + 2);
  }

  /// SIGTERM; returns when it has ended.
  void terminate() throws IOException {
    ChildProcess living = running();
    ProcessHandle.of(living.pid()).ifPresent(ProcessHandle::destroy);
    awaitEnd(living);
  }

  /// A sentence for people, with the end of its log.
  String failure(String what) throws IOException {
    ChildProcess last = process;
    return last == null ? name + " " + what : last.failure(what);
  }

  private static Process shell(String script) throws IOException {
    return new ProcessBuilder("/bin/sh", "-c", script)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /// @throws IOException when it has ended
  void demandAlive() throws IOException {
    var _ = running();
  }

  private ChildProcess running() throws IOException {
    ChildProcess living = process;
    if (living == null || !living.isAlive()) {
      throw new IOException(failure("does not run, and nobody ended it"));
    }
    return living;
  }

  private void awaitEnd(ChildProcess living) throws IOException {
    try {
      long end = System.nanoTime() + ENDING.toNanos();
      while (living.isAlive()) {
        if (System.nanoTime() - end > 0) {
          throw new IOException(living.failure("does not end within " + ENDING.toSeconds() + " s"));
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + name + " ended", e);
    }
    keepLog(living);
    living.close();
    process = null;
  }

  private void keepLog(ChildProcess ended) throws IOException {
    Files.write(
        log, Files.readAllBytes(ended.log()), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /// Kills it, also when it is frozen.
  @Override
  public void close() {
    try {
      if (isAlive()) {
        kill();
      } else if (process != null) {
        awaitEnd(process);
      }
    } catch (IOException e) {
      System.err.println("cannot end " + name + ": " + e);
    }
  }
}
