package io.sluice.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of `redis-server`. It ends with this process, however this process ends: a watcher
/// beside it holds a pipe from here and sees it close, which the system does even after `kill -9`.
/// Used by one thread at a time.
final class RedisProcess {
  private static final Logger LOG = LoggerFactory.getLogger(RedisProcess.class);
  private static final int START_SECONDS = 10;
  private static final int STOP_SECONDS = 2;
  private static final String READY = "Ready to accept connections";
  private static final String SENTINEL_READY = "Sentinel ID is";
  private static final String PORT_TAKEN = "Address already in use";

  // $0 is the directory of this run, the arguments are the command. The shell becomes Redis, so
  // that Redis is our direct child, and leaves the watcher behind. The pipe closes when we end and
  // when we have seen Redis end; in the second case there is nobody left to kill. A Redis that is
  // stopped by a signal has to be continued before it can end.
  private static final String SCRIPT =
      """
      exec 3<&0 </dev/null
      redis=$$
      (
        trap '' HUP INT TERM
        exec >/dev/null 2>&1
        read -r line <&3
        if kill -TERM "$redis"; then
          kill -CONT "$redis"
          sleep 1
          kill -0 "$redis" && sleep 1 && kill -KILL "$redis"
        fi
        rm -rf "$0"
      ) &
      exec 3<&- "$@"
      """;

  private final Process process;
  private final int port;
  private final CompletableFuture<String> ready = new CompletableFuture<>();

  private RedisProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Returns when Redis takes connections.
  ///
  /// @param workspace a directory of this run's own; the watcher deletes it at the end
  /// @param port where it will listen, for messages
  static RedisProcess start(Path workspace, int port, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, workspace.toString()));
    command.add(RedisBinary.extractTo(workspace).toString());
    command.addAll(arguments);
    try {
      Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
      var redis = new RedisProcess(started, port);
      Thread.ofPlatform().daemon().name("embedded-redis-" + port).start(redis::readLog);
      redis.awaitReady();
      return redis;
    } catch (IOException e) {
      throw new EmbeddedStartException("cannot run redis-server: " + e, e);
    }
  }

  /// Asks it to end, waits, and kills it if that does not help.
  void stop() {
    signal("CONT");
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /// @param name such as `STOP`
  void signal(String name) {
    if (!process.isAlive()) {
      return;
    }
    try {
      // The shell's own kill: a small container may have no other.
      int status =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + process.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (status != 0 && process.isAlive()) {
        throw new IllegalStateException("cannot send " + name + " to redis-server");
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot send " + name + " to redis-server", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void readLog() {
    String last = "";
    try (BufferedReader log = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        LOG.debug("redis port={} log={}", port, line);
        if (line.contains(READY) || line.contains(SENTINEL_READY)) {
          ready.complete(line);
        }
        // Redis explains first and then says that it failed, so the explanation is kept.
        last = last.contains(PORT_TAKEN) || line.isBlank() ? last : line;
      }
    } catch (IOException e) {
      last = e.toString();
    }
    ready.completeExceptionally(failure(last));
  }

  private RuntimeException failure(String last) {
    return last.contains(PORT_TAKEN)
        ? new PortTakenException(port, "Redis")
        : new EmbeddedStartException("redis-server on port " + port + " ended: " + last);
  }

  private void awaitReady() {
    try {
      ready.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      stop();
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
    } catch (TimeoutException e) {
      stop();
      throw new EmbeddedStartException(
          "redis-server on port " + port + " did not start within " + START_SECONDS + " s", e);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new EmbeddedStartException("interrupted while redis-server started", e);
    }
  }
}
