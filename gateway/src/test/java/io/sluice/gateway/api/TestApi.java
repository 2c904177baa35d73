package io.sluice.gateway.api;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.health.HealthReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A real server on a free port, and a client for it.
final class TestApi implements AutoCloseable {
  static final String KEY = "k-1";

  static final String YAML =
      """
      kafka.bootstrap-servers: kafka:9092
      tokens.anonymous: true
      api: {port: 0, key: k-1, console: true}
      publish: {max-payload: 100KiB, max-block: 100ms, delivery-timeout: 400ms, request-timeout: 100ms}
      namespaces:
        default: {}
        numbers: {topic: numbers, key: long}
        words: {topic: words, payload: text}
        blobs: {topic: blobs, payload: binary}
        there: {topic: there, presence: true}
      """;

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final InMemoryNode node = new InMemoryNode();
  final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final Questions questions = new Questions("n1", List::of, () -> KEY, metrics);
  final ApiServer server;
  volatile HealthReport health = new HealthReport(true, true, List.of(), List.of());

  TestApi() {
    this(Map.of());
  }

  /// @param environment lies over [#YAML]
  TestApi(Map<String, String> environment) {
    this(ConfigLoader.parse(YAML, environment, Map.of()));
  }

  private TestApi(GatewayConfig config) {
    this.server =
        new ApiServer(
            config.api(),
            config.publish(),
            new Namespaces(config.namespaces(), config.edge().maxChannelLength()),
            node,
            questions,
            () -> health,
            metrics,
            Optional.empty(),
            (session, commands) ->
                CompletableFuture.completedFuture(session.equals("here") ? 204 : 404),
            64 << 10,
            () -> new ConsoleSession("ws://127.0.0.1:8000/connection/websocket", "t-1", "console"));
    try {
      server.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Posts with the key.
  HttpResponse<String> post(String path, String body) {
    return send(
        request(path).header("X-API-Key", KEY).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /// Posts with the key and does not wait.
  CompletableFuture<HttpResponse<String>> postLater(String path, String body) {
    return CLIENT.sendAsync(
        request(path)
            .header("X-API-Key", KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// What HttpClient would not send: any Host, any path.
  ///
  /// @param head request line and headers, each with its line break
  /// @return everything until the server closes the connection
  String raw(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    questions.close();
    server.close();
  }
}
