package io.sluice.perf.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.embedded.ClusterPlan;
import io.sluice.embedded.FreePorts;
import io.sluice.perf.run.ChildProcess;
import io.sluice.standalone.NodeMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A gateway node, and the links to everything around it: its clients, those that publish by its
/// API, each broker, Redis, and the other nodes. One thread.
final class Node implements AutoCloseable {
  static final String API_KEY = "chaos";
  static final String SECRET = "a secret for proofs only, 32 bytes or more";

  private static final Duration STARTING = Duration.ofMinutes(3);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(100);
  private static final Duration QUESTION = Duration.ofSeconds(2);

  private final int number;
  private final int edgePort = FreePorts.next();
  private final int apiPort = FreePorts.next();
  private final Link clients;
  private final Link publishers;
  private final Link redis;
  private final Link others;
  private final List<Link> brokers = new ArrayList<>();
  private final WallClock clock;
  private Program program;
  private final Service process;
  private final HttpClient http = HttpClient.newHttpClient();

  /// @param number from 1
  /// @param program what runs as a node
  /// @param folder for its configuration
  Node(int number, Program program, ClusterPlan plan, Redis redis, Path folder, Path logs)
      throws IOException {
    this.number = number;
    clients = new Link("clients to " + this, 0, edgePort);
    publishers = new Link("publishers to " + this, 0, apiPort);
    others = new Link("nodes to " + this, 0, apiPort);
    this.redis = new Link(this + " to Redis", 0, redis.port());
    for (ClusterPlan.Way way : plan.ways(way(number))) {
      brokers.add(new Link(this + " to broker " + way.broker(), way.advertised(), way.listens()));
    }
    Path config = folder.resolve(this + ".yaml");
    Files.writeString(config, yaml(plan.bootstrapServers(way(number))));
    clock = new WallClock(folder.resolve(this + ".clock"));
    this.program = program;
    process = new Service(toString(), logs, () -> launch(config));
  }

  private ChildProcess launch(Path config) throws IOException {
    Map<String, String> environment = new HashMap<>(program.environment());
    environment.putAll(clock.environment());
    return ChildProcess.java(
        toString(),
        program.flags(),
        program.classPath(),
        NodeMain.class.getName(),
        List.of(config.toString()),
        environment);
  }

  /// What runs as this node from its next start on.
  void program(Program next) {
    program = next;
  }

  /// The way to the brokers that this node takes.
  static String way(int number) {
    return "NODE" + number;
  }

  private String yaml(String brokers) {
    return """
    node: {id: %s}
    edge: {host: 127.0.0.1, port: %d, loops: 1, max-connections: 2000, max-pending: 2000, outboxes: 16MiB,
      outbox: 32KiB, send-buffer: 16KiB, unsent: 16KiB,
      ping-interval: 3s, ping-interval-min: 3s, ping-interval-max: 3s,
      pong-timeout: 2500ms, ping-strikes: 2}
    api: {host: 127.0.0.1, port: %d, key: %s, address: 'http://127.0.0.1:%d'}
    kafka: {bootstrap-servers: '%s', create-topics: true, partitions: 1, fetch-bytes: 4MiB}
    redis: {uri: 'redis://127.0.0.1:%d', checkpoint: 5s}
    tokens: {hmac-secret: '%s'}
    drain: {announce: 1s, duration: 5s}
    window: {bytes: 24MiB}
    publish: {queue: 1000}
    namespaces:
      default: {topic: %s, subscribe: authenticated, publish: authenticated}
    """
        .formatted(
            this,
            edgePort,
            apiPort,
            API_KEY,
            others.port(),
            brokers,
            redis.port(),
            SECRET,
            Cluster.TOPIC);
  }

  int number() {
    return number;
  }

  /// Where clients connect.
  URI edge() {
    return URI.create("ws://127.0.0.1:" + clients.port() + "/connection/websocket");
  }

  /// Where clients would connect if there were no link.
  int edgePort() {
    return edgePort;
  }

  /// Its API past the links, for whoever only looks.
  URI itself() {
    return URI.create("http://127.0.0.1:" + apiPort);
  }

  /// Its API, for those that publish.
  URI api() {
    return URI.create("http://127.0.0.1:" + publishers.port());
  }

  Service process() {
    return process;
  }

  WallClock clock() {
    return clock;
  }

  Link clients() {
    return clients;
  }

  /// The weather to everybody who is no part of the cluster: clients and publishers.
  void outside(Weather weather) {
    clients.weather(weather);
    publishers.weather(weather);
  }

  Link redis() {
    return redis;
  }

  List<Link> brokers() {
    return brokers;
  }

  /// All links there are.
  List<Link> links() {
    List<Link> all = new ArrayList<>(brokers);
    all.addAll(List.of(clients, publishers, redis, others));
    return all;
  }

  /// Waits until it should get connections, as long as a start may take.
  void awaitReady() throws IOException {
    awaitReady(STARTING);
  }

  /// The same, for so long.
  void awaitReady(Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (!isReady()) {
        if (!process.isAlive()) {
          throw new IOException(process.failure("ended while it started"));
        }
        if (System.nanoTime() - end > 0) {
          throw new IOException(process.failure("is not ready after " + limit.toSeconds() + " s"));
        }
        TimeUnit.NANOSECONDS.sleep(BETWEEN_QUESTIONS.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Its own time.
  Instant time() throws IOException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(itself().resolve("/api/v1/state"))
              .timeout(QUESTION)
              .header("X-API-Key", API_KEY)
              .build();
      String state = http.send(request, BodyHandlers.ofString()).body();
      return Instant.parse(new ObjectMapper().readTree(state).path("node").path("at").asText());
    } catch (DateTimeParseException e) {
      throw new IOException(this + " does not tell its time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Asks it itself, past the links.
  private boolean isReady() throws InterruptedException {
    URI ready = itself().resolve("/health/ready");
    try {
      return http.send(
                  HttpRequest.newBuilder(ready).timeout(QUESTION).build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  @Override
  public String toString() {
    return "node-" + number;
  }

  @Override
  public void close() throws IOException {
    process.close();
    for (Link link : links()) {
      link.close();
    }
    http.shutdownNow();
  }
}
