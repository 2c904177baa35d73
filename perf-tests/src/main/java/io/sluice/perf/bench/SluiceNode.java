package io.sluice.perf.bench;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// One gateway node on the embedded Kafka and Redis.
final class SluiceNode implements Contender {
  /// What names its topic.
  static final String TOPIC_KEY = "namespaces.default.topic";

  private static final String TOPIC = "sluice.bench";
  private static final String SECRET = "a secret for measurements only, 32 bytes or more";
  private static final Duration STARTING = Duration.ofSeconds(60);

  private static final String API_KEY = "measurements";
  private static final int REQUESTS_AT_ONCE = 1;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient API =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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
  private final NodeSetup setup;
  private final ServerProcess process;
  private int edgePort;
  private int apiPort;

  /// @param backing what it stands on
  /// @param flags of the JVM of a usual node
  /// @param setup how it differs from that
  SluiceNode(Backing backing, Route route, List<String> flags, NodeSetup setup) {
    this.backing = backing;
    this.route = route;
    this.flags = setup.over(flags);
    this.setup = setup;
    this.process = new ServerProcess(name());
  }

  @Override
  public String name() {
    return setup.name().isEmpty() ? "Sluice" : "Sluice, " + setup.name();
  }

  @Override
  public String cannot(Ability ability) {
    return "";
  }

  @Override
  public boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void restart(List<String> more) throws IOException {
    close();
    if (edgePort == 0) { // later it is where its clients look for it
      edgePort = FreePorts.next();
      apiPort = FreePorts.next();
    }
    List<String> all = new ArrayList<>(flags);
    all.addAll(more);
    Path config = Files.createTempFile("sluice-bench-", ".yaml");
    try {
      Files.writeString(config, yaml());
      process.restart(
          () -> ChildProcess.java("node", all, NodeMain.class, List.of(config.toString())));
      process.awaitOk(URI.create("http://127.0.0.1:" + apiPort + "/health/ready"), STARTING);
    } finally {
      Files.delete(config);
    }
  }

  private String yaml() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("edge.host", "127.0.0.1");
    all.put("edge.port", Integer.toString(edgePort));
    all.put("edge.max-connections", "20000"); // every collector's heap of 1 GB has room for them
    all.put("edge.commands-per-second", "100000");
    all.put("edge.command-burst", "100000");
    all.put("api.host", "127.0.0.1");
    all.put("api.port", Integer.toString(apiPort));
    all.put("api.key", API_KEY);
    all.put("kafka.bootstrap-servers", quoted(backing.kafka()));
    all.put("kafka.create-topics", "true");
    all.put("redis.uri", quoted(backing.redis()));
    all.put("tokens.hmac-secret", quoted(SECRET));
    all.put("drain.announce", "0s");
    all.put("drain.duration", "0s");
    all.put(TOPIC_KEY, TOPIC);
    all.put("namespaces.default.subscribe", "authenticated");
    all.put("namespaces.default.publish", "authenticated");
    all.putAll(setup.settings());
    return all.entrySet().stream()
        .map(it -> it.getKey() + ": " + it.getValue() + "\n")
        .collect(joining());
  }

  private static String quoted(String text) {
    return "'" + text + "'";
  }

  @Override
  public void kill() {
    process.kill();
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
      case KAFKA ->
          new KafkaPublisher(backing.kafka(), setup.settings().getOrDefault(TOPIC_KEY, TOPIC));
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
    List<String> all = new ArrayList<>(flags);
    setup.settings().forEach((key, value) -> all.add(key + ": " + value));
    return List.copyOf(all);
  }

  @Override
  public OptionalDouble metric(String name) throws IOException {
    URI page = URI.create("http://127.0.0.1:" + apiPort + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .reduce(Double::sum);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public OptionalLong present(String channel) throws IOException {
    HttpRequest question =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + "/api/presence_stats"))
            .header("X-API-Key", API_KEY)
            .POST(BodyPublishers.ofString("{\"channel\":\"" + channel + "\"}"))
            .build();
    try {
      JsonNode answer = JSON.readTree(API.send(question, BodyHandlers.ofString()).body());
      JsonNode result = answer.required("result");
      return result.has("missing")
          ? OptionalLong.empty()
          : OptionalLong.of(result.required("num_clients").asLong());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
