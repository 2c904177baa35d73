package io.sluice.perf.bench;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The process of a contender that may be started anew, again and again. One thread.
final class ServerProcess implements AutoCloseable {
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

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

  /// Waits until a page of it answers 200.
  ///
  /// @throws IOException when it ends, or does not in so long
  void awaitOk(URI page, Duration limit) throws IOException {
    ChildProcess started = Objects.requireNonNull(process, () -> name + " does not run");
    long deadline = System.nanoTime() + limit.toNanos();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (!answersOk(http, page)) {
        if (!started.isAlive()) {
          throw new IOException(started.failure("did not start"));
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(started.failure("is not ready after " + limit));
        }
        Thread.sleep(BETWEEN_QUESTIONS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean answersOk(HttpClient http, URI page) throws InterruptedException {
    try {
      return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
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
