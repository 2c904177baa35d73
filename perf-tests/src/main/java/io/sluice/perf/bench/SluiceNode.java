package io.sluice.perf.bench;

import io.sluice.embedded.FreePorts;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.perf.load.ApiPublisher;
import io.sluice.perf.load.ClientPublisher;
import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.run.ChildProcess;
import io.sluice.standalone.NodeMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One gateway node on the embedded Kafka and Redis.
final class SluiceNode implements Contender {
  private static final String TOPIC = "sluice.bench";
  private static final String SECRET = "a secret for measurements only, 32 bytes or more";
  private static final Duration STARTING = Duration.ofSeconds(60);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

  private static final String API_KEY = "measurements";
  private static final int REQUESTS_AT_ONCE = 1;

  /// How publications come to it.
  enum Route {
    /// An ordinary producer.
    KAFKA,
    /// Requests to the HTTP API.
    API,
    /// Commands of a client.
    CLIENT
  }

  private final Backing backing;
  private final Route route;
  private final List<String> flags;
  private final ServerProcess process = new ServerProcess("Sluice");
  private int edgePort;
  private int apiPort;

  /// @param backing what it stands on
  /// @param flags of its JVM
  SluiceNode(Backing backing, Route route, List<String> flags) {
    this.backing = backing;
    this.route = route;
    this.flags = List.copyOf(flags);
  }

  @Override
  public String name() {
    return "Sluice";
  }

  @Override
  public boolean can(Ability ability) {
    return switch (ability) {
      case RECOVERS, UNSUBSCRIBES, PROTOBUF -> true;
    };
  }

  @Override
  public void ensureRunning() throws IOException {
    if (!process.isAlive()) {
      restart(List.of());
    }
  }

  @Override
  public void restart(List<String> more) throws IOException {
    close(); // its ports are free then
    edgePort = FreePorts.next();
    apiPort = FreePorts.next();
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    Path config = Files.createTempFile("sluice-bench-", ".yaml");
    try {
      Files.writeString(config, yaml());
      ChildProcess started =
          process.restart(
              () -> ChildProcess.java("node", all, NodeMain.class, List.of(config.toString())));
      awaitReady(started, apiPort);
    } finally {
      Files.delete(config);
    }
  }

  private String yaml() {
    return """
    edge: {host: 127.0.0.1, port: %d, commands-per-second: 100000, command-burst: 100000}
    api: {host: 127.0.0.1, port: %d, key: %s}
    kafka: {bootstrap-servers: '%s', create-topics: true}
    redis: {uri: '%s'}
    tokens: {hmac-secret: '%s'}
    drain: {announce: 0s, duration: 3s}
    namespaces:
      default: {topic: %s, subscribe: authenticated, publish: authenticated}
    """
        .formatted(edgePort, apiPort, API_KEY, backing.kafka(), backing.redis(), SECRET, TOPIC);
  }

  private static void awaitReady(ChildProcess started, int apiPort) throws IOException {
    URI ready = URI.create("http://127.0.0.1:" + apiPort + "/health/ready");
    long deadline = System.nanoTime() + STARTING.toNanos();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (!answersOk(http, ready)) {
        if (!started.isAlive()) {
          throw new IOException(started.failure("did not start"));
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(started.failure("is not ready after " + STARTING));
        }
        Thread.sleep(BETWEEN_QUESTIONS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean answersOk(HttpClient http, URI uri) throws InterruptedException {
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode()
          == 200;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  @Override
  public URI edge() {
    return URI.create("ws://127.0.0.1:" + edgePort + "/connection/websocket");
  }

  @Override
  public String secret() {
    return SECRET;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public Publisher publisher() throws IOException {
    return switch (route) {
      case KAFKA -> new KafkaPublisher(backing.kafka(), TOPIC);
      case API ->
          new ApiPublisher(URI.create("http://127.0.0.1:" + apiPort), API_KEY, REQUESTS_AT_ONCE);
      case CLIENT ->
          new ClientPublisher(
              edge(),
              new TokenSigner(
                      new TokenConfig(SECRET, "", "", "", "", /* anonymous= */ false),
                      Clock.systemUTC())
                  .sign("publisher", Duration.ofDays(1), List.of()));
    };
  }

  @Override
  public List<String> flags() {
    return flags;
  }

  @Override
  public void close() {
    process.close();
  }
}
