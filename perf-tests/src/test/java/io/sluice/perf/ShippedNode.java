package io.sluice.perf;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A node as it is shipped, on the Kafka and Redis of an `up`. Killed at the end.
final class ShippedNode implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// Between two questions whether it is ready; what the time until then is exact to.
  private static final long POLL_NANOS = 2_000_000;

  private final RunningCommand command;
  private final Duration untilReady;

  private ShippedNode(RunningCommand command, Duration untilReady) {
    this.command = command;
    this.untilReady = untilReady;
  }

  /// Where a node listens, and the folder of its configuration.
  record Place(Path folder, int edge, int api) {
    /// A configuration as that of the one node of an `up`, with these lines more.
    static Place beside(RunningUp up, Path folder, String id, String more) throws IOException {
      RunningUp.Ports ports = RunningUp.Ports.free(1);
      var place = new Place(Files.createDirectories(folder), ports.edge(), ports.api());
      String ups = Files.readString(up.runFile().firstNodeConfig());
      Files.writeString(
          place.config(),
          ups.replaceFirst("id: .*", "id: " + id)
                  .replaceFirst("port: " + up.node().edge().getPort(), "port: " + ports.edge())
                  .replaceFirst("port: " + up.node().api().getPort(), "port: " + ports.api())
              + more);
      return place;
    }

    Path config() {
      return folder.resolve("sluice.yaml");
    }

    URI webSocket() {
      return URI.create("ws://127.0.0.1:" + edge + "/connection/websocket");
    }
  }

  /// Starts it and waits until it is ready.
  ///
  /// @param name of its output files, see [RunningCommand#start]
  static ShippedNode start(
      String name, Map<String, String> environment, List<String> command, Place place)
      throws IOException, InterruptedException {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + place.api() + "/health/ready"))
            .timeout(LIMIT)
            .build();
    long started = System.nanoTime();
    RunningCommand running = RunningCommand.start(name, environment, command);
    try {
      while (!isReady(ready)) {
        if (!running.handle().isAlive() || System.nanoTime() - started > LIMIT.toNanos()) {
          throw new AssertionError("it was not ready: " + running);
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
      return new ShippedNode(running, Duration.ofNanos(System.nanoTime() - started));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      running.close();
      throw e;
    }
  }

  private static boolean isReady(HttpRequest ready) throws IOException, InterruptedException {
    try {
      return HTTP.send(ready, BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException _) {
      return false; // it does not listen yet
    }
  }

  /// From the start of its process until it was ready for clients.
  Duration untilReady() {
    return untilReady;
  }

  /// The whole lines of its log so far.
  List<String> log() {
    return command.err();
  }

  /// SIGTERM.
  ///
  /// @return the exit code
  int stop() throws InterruptedException {
    command.handle().destroy();
    return command.awaitExit(LIMIT);
  }

  @Override
  public void close() {
    command.close();
  }

  @Override
  public String toString() {
    return command.toString();
  }
}
