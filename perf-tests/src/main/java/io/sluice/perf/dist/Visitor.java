package io.sluice.perf.dist;

import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.TokenConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A few clients of a node on this machine, of each kind one: a WebSocket, an event stream, a
/// service. One thread.
final class Visitor {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);
  private static final Duration TOKEN = Duration.ofMinutes(10);
  private static final int OK = 200;

  /// What comes to a client that has not been looked at; some ten lines do.
  private static final int AHEAD = 256;

  private final String edge;
  private final String api;
  private final String apiKey;
  private final String token;

  /// @param secret what its tokens are signed with
  Visitor(int edgePort, int apiPort, String apiKey, String secret) {
    this.edge = "127.0.0.1:" + edgePort;
    this.api = "http://127.0.0.1:" + apiPort;
    this.apiKey = apiKey;
    this.token =
        new TokenSigner(
                new TokenConfig(secret, "", "", "", "", /* anonymous= */ false), Clock.systemUTC())
            .sign("visitor", TOKEN, List.of());
  }

  /// Returns when the node is ready.
  ///
  /// @param alive whether its process is
  /// @throws IOException when it ends before, or takes longer
  void awaitReady(Duration limit, BooleanSupplier alive) throws IOException, InterruptedException {
    try (HttpClient http = client()) {
      long deadline = System.nanoTime() + limit.toNanos();
      while (!isReady(http)) {
        if (!alive.getAsBoolean()) {
          throw new IOException("it ended before it was ready");
        }
        if (System.nanoTime() - deadline > 0) {
          throw new IOException("it was not ready within " + limit.toSeconds() + " s");
        }
        TimeUnit.NANOSECONDS.sleep(BETWEEN_QUESTIONS.toNanos());
      }
    }
  }

  private boolean isReady(HttpClient http) throws InterruptedException {
    try {
      return http.send(get("/health/ready"), BodyHandlers.discarding()).statusCode() == OK;
    } catch (IOException _) {
      return false; // it does not listen yet
    }
  }

  /// Connects, subscribes, publishes and waits for what was published, in each way.
  ///
  /// @throws IOException when something does not come within 20 s
  void visit() throws IOException, InterruptedException {
    HttpClient http = client();
    Lines socket = new Lines();
    Lines events = new Lines();
    try {
      WebSocket webSocket =
          within(
              http.newWebSocketBuilder()
                  .buildAsync(URI.create("ws://" + edge + "/connection/websocket"), socket));
      say(webSocket, "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
      socket.await("\"connect\"");
      say(webSocket, "{\"id\":2,\"subscribe\":{\"channel\":\"news\",\"recoverable\":true}}");
      socket.await("\"subscribe\"");
      var stream =
          http.sendAsync(
              HttpRequest.newBuilder(
                      URI.create("http://" + edge + "/connection/uni_sse?channels=news"))
                  .header("Authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.fromLineSubscriber(events));
      events.await("\"connect\"");

      publish(http);
      socket.await("\"pub\"");
      events.await("\"pub\"");
      say(webSocket, "{\"id\":3,\"publish\":{\"channel\":\"news\",\"data\":{\"n\":2}}}");
      socket.await("\"pub\"");
      events.await("\"pub\"");
      for (String path : List.of("/metrics", "/health", "/health/live", "/health/started")) {
        ok(http.send(get(path), BodyHandlers.ofString()));
      }
      var _ = within(webSocket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
      stream.cancel(true);
    } finally {
      http.shutdownNow();
    }
  }

  private void publish(HttpClient http) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api + "/api/publish"))
            .timeout(LIMIT)
            .header("X-API-Key", apiKey)
            .POST(BodyPublishers.ofString("{\"channel\":\"news\",\"data\":{\"n\":1}}"))
            .build();
    ok(http.send(request, BodyHandlers.ofString()));
  }

  private static void ok(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != OK) {
      throw new IOException(answer.uri() + " answered " + answer.statusCode());
    }
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create(api + path)).timeout(LIMIT).build();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(LIMIT)
        .build();
  }

  private static void say(WebSocket socket, String command)
      throws IOException, InterruptedException {
    var _ = within(socket.sendText(command, true));
  }

  private static <T> T within(CompletableFuture<T> stage) throws IOException, InterruptedException {
    try {
      return stage.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer: " + e, e);
    }
  }

  /// What a client is told, by lines or messages.
  private static final class Lines implements Flow.Subscriber<String>, WebSocket.Listener {
    private final BlockingQueue<String> heard = new ArrayBlockingQueue<>(AHEAD);
    private final StringBuilder message = new StringBuilder();

    /// Passes over everything up to a line that has this text.
    void await(String text) throws IOException, InterruptedException {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        String line = heard.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new IOException("within " + LIMIT.toSeconds() + " s nobody said " + text);
        }
        if (line.contains(text)) {
          return;
        }
      }
    }

    private void hear(String line) {
      if (!heard.offer(line)) {
        throw new IllegalStateException("more than " + AHEAD + " lines wait");
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      hear(line);
    }

    @Override
    public void onComplete() {
      hear("the stream has ended");
    }

    @Override
    public void onError(Throwable error) {
      hear("the stream has failed: " + error);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        hear(message.toString());
        message.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      hear("the socket has failed: " + error);
    }
  }
}
