package io.sluice.perf;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Places for nodes, each a process, behind a HAProxy that sends each new connection to the next
/// one that is ready: as a Service of Kubernetes does, in turn or by chance. One thread.
final class Fleet implements AutoCloseable {
  static final String SECRET = "a secret of at least thirty-two bytes";
  static final String TOPIC = "sluice.fleet";

  private static final Duration STARTING = Duration.ofSeconds(90);
  private static final String CONNECTIONS = "sluice_edge_connections ";
  private static final List<String> FLAGS =
      List.of(
          "-Xmx512m",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final List<Place> places = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = FreePorts.next();
  private final int statistics = FreePorts.next();
  private final RunningCommand haproxy;

  /// Where a node may be.
  private static final class Place {
    final int edge = FreePorts.next();
    final int api = FreePorts.next();
    final Path config;
    @Nullable ChildProcess node;

    Place(Path config) {
      this.config = config;
    }
  }

  /// Starts HAProxy, and no node.
  ///
  /// @param name see [RunningCommand#start]
  /// @param folder for configuration
  /// @param age after which connections are closed
  Fleet(String name, Path folder, int size, String kafka, String redis, Duration age)
      throws IOException {
    for (int i = 0; i < size; i++) {
      Place place = new Place(folder.resolve("node-" + i + ".yaml"));
      Files.writeString(place.config, yaml(place, kafka, redis, age));
      places.add(place);
    }
    Path file = folder.resolve("haproxy.cfg");
    Files.writeString(file, balancer());
    haproxy =
        RunningCommand.start(
            name + "/haproxy",
            Map.of(),
            List.of(RunningHaproxy.executable(), "-db", "-f", file.toString()));
  }

  private static String yaml(Place place, String kafka, String redis, Duration age) {
    return """
    edge: {host: 127.0.0.1, port: %d, loops: 1, max-connections: 2000, max-pending: 2000, outboxes: 16MiB,
      max-connection-age: %dms}
    api: {host: 127.0.0.1, port: %d, key: fleet}
    kafka: {bootstrap-servers: '%s', create-topics: true, partitions: 4, fetch-bytes: 4MiB}
    redis: {uri: '%s'}
    tokens: {hmac-secret: '%s'}
    drain: {announce: 0s, duration: 0s}
    window: {bytes: 16MiB}
    publish: {queue: 1000}
    namespaces:
      default: {topic: %s, subscribe: authenticated}
    """
        .formatted(place.edge, age.toMillis(), place.api, kafka, redis, SECRET, TOPIC);
  }

  private String balancer() {
    String servers =
        IntStream.range(0, places.size())
            .mapToObj(i -> "    server node-%d 127.0.0.1:%d%n".formatted(i, places.get(i).edge))
            .collect(Collectors.joining());
    return """
    global
        maxconn 8000
    defaults
        mode tcp
        timeout connect 1s
        timeout client 75s
        timeout server 75s
        retries 3
        option redispatch 1
    frontend clients
        bind 127.0.0.1:%d
        default_backend nodes
    backend nodes
        balance roundrobin
        option httpchk GET /health
        http-check expect status 200
        default-server check inter 500ms fall 2 rise 1
    %s
    frontend statistics
        bind 127.0.0.1:%d
        mode http
        stats enable
        stats uri /
    """
        .formatted(port, servers, statistics);
  }

  /// Where clients connect.
  URI edge() {
    return URI.create("ws://127.0.0.1:" + port + "/connection/websocket");
  }

  /// Starts nodes in these places, and waits until each is ready and HAProxy knows it.
  ///
  /// @param first from 0
  /// @param end the one after the last
  void start(int first, int end) throws IOException {
    for (int i = first; i < end; i++) {
      Place place = places.get(i);
      place.node =
          ChildProcess.java("node-" + i, FLAGS, NodeMain.class, List.of(place.config.toString()));
    }
    for (int i = first; i < end; i++) {
      Place place = places.get(i);
      Eventually.so(STARTING, () -> isReady(place), () -> standing(place));
    }
    for (int i = first; i < end; i++) {
      String server = "node-" + i;
      Eventually.so(
          STARTING,
          () -> RunningHaproxy.isUp(RunningHaproxy.statistics(statistics), server),
          this::toString);
    }
  }

  private static String standing(Place place) {
    ChildProcess node = place.node;
    if (node == null) {
      return "it was not started";
    }
    try {
      return node.failure(node.isAlive() ? "is not ready" : "has ended");
    } catch (IOException e) {
      return "it has no log: " + e;
    }
  }

  private boolean isReady(Place place) {
    return get(place, "/health/ready").code() == 200;
  }

  /// How many connections each node has, in the order of their places; 0 where none was started.
  List<Integer> connections() {
    return places.stream()
        .map(place ->
            get(place, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(CONNECTIONS))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(CONNECTIONS.length())))
                .sum())
        .toList();
  }

  private record Page(int code, String body) {}

  private Page get(Place place, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + place.api + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      return new Page(answer.statusCode(), answer.body());
    } catch (IOException _) {
      return new Page(0, ""); // it does not listen yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Kills everything.
  @Override
  public void close() {
    haproxy.close();
    for (Place place : places) {
      ChildProcess node = place.node;
      if (node != null) {
        node.kill();
      }
    }
    http.shutdownNow();
  }

  /// What HAProxy said last.
  @Override
  public String toString() {
    return haproxy + "\n" + RunningHaproxy.statistics(statistics);
  }
}
