package io.sluice.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// A `./sluice gateway` that has become ready.
final class RunningGateway implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final RunningCommand command;

  private RunningGateway(RunningCommand command) {
    this.command = command;
  }

  /// Starts it and waits until it says it is ready.
  ///
  /// @param name see [RunningCommand#start]
  /// @param api where its configuration lets the API listen
  static RunningGateway start(String name, Path config, URI api) throws IOException {
    RunningCommand command = launch(name, config);
    HttpRequest ready = HttpRequest.newBuilder(api.resolve("/health/ready")).build();
    try {
      Eventually.so(LIMIT, () -> isReady(ready) || !command.handle().isAlive(), command::toString);
    } catch (RuntimeException | Error e) {
      command.close();
      throw e;
    }
    return new RunningGateway(command);
  }

  /// Starts it only.
  static RunningCommand launch(String name, Path config) throws IOException {
    return Sluice.start(name, Map.of(), "gateway", "--config", config.toString());
  }

  /// Asks it to drain and end.
  void stop() throws InterruptedException {
    command.handle().destroy();
    command.awaitExit(LIMIT);
  }

  /// Kills it.
  @Override
  public void close() {
    command.close();
  }

  @Override
  public String toString() {
    return command.toString();
  }

  private static boolean isReady(HttpRequest ready) {
    try {
      return HTTP.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException _) {
      return false; // it does not listen yet
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a node", e);
    }
  }
}
