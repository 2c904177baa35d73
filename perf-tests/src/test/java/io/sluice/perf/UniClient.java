package io.sluice.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A client without an SDK that reads one channel and comes back to where it was, on a thread of
/// its own. For any thread.
final class UniClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PAUSE_MS = 100;

  enum Kind {
    UNI_SSE,
    UNI_HTTP_STREAM,
    UNI_WEBSOCKET
  }

  /// Its own: ending it is the one way to hang up a stream on which nothing comes.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Kind kind;
  private final RunningHaproxy haproxy;
  private final String query;
  private final List<Long> numbers = new CopyOnWriteArrayList<>();
  private final List<String> nodes = new CopyOnWriteArrayList<>();
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean ended;
  private String since = "";
  private boolean comingBack;

  UniClient(Kind kind, RunningHaproxy haproxy, String token, String channel) {
    this.kind = kind;
    this.haproxy = haproxy;
    this.query = "?token=" + token + "&channels=" + channel;
    this.thread = Thread.ofVirtual().name("uni-" + kind).start(this::run);
  }

  /// The numbers it was given, in order.
  List<Long> numbers() {
    return List.copyOf(numbers);
  }

  /// The nodes it was on, in order.
  List<String> nodes() {
    return List.copyOf(nodes);
  }

  private void run() {
    try {
      while (!ended) {
        comingBack = !since.isEmpty();
        try {
          switch (kind) {
            case UNI_SSE, UNI_HTTP_STREAM -> stream();
            case UNI_WEBSOCKET -> webSocket();
          }
        } catch (IOException e) {
          troubles.add(e.toString()); // its node is gone
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void stream() throws IOException, InterruptedException {
    String path = kind == Kind.UNI_SSE ? "/connection/uni_sse" : "/connection/uni_http_stream";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            haproxy.http(path + query + (kind == Kind.UNI_SSE ? "" : "&since=" + since)));
    if (kind == Kind.UNI_SSE && !since.isEmpty()) {
      request.header("Last-Event-ID", since);
    }
    HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      troubles.add("status " + answer.statusCode());
      answer.body().close();
      return;
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null && !ended; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          since = line.substring("id: ".length());
        } else if (line.startsWith("data: ") || line.startsWith("{")) {
          take(line.substring(line.indexOf('{')));
        }
      }
    }
  }

  private void webSocket() throws IOException, InterruptedException {
    URI to = haproxy.http("/connection/uni_websocket" + query + "&since=" + since);
    Socket socket = Socket.open(http, URI.create(to.toString().replaceFirst("^http", "ws")));
    while (!ended) {
      Optional<Socket.Event> event = socket.next(Duration.ofSeconds(30));
      if (event.isEmpty() || !(event.get() instanceof Socket.Event.Message(String text))) {
        troubles.add(event.toString());
        break;
      }
      take(text);
    }
    socket.cut();
  }

  private void take(String json) throws IOException {
    JsonNode message = JSON.readTree(json);
    if (message.has("connect")) {
      nodes.add(message.path("connect").path("node").asText());
      message
          .path("connect")
          .path("subs")
          .forEach(sub -> {
            if (comingBack && !sub.path("recovered").asBoolean()) {
              troubles.add("not recovered: " + sub);
            }
          });
    }
    if (message.has("pub")) {
      numbers.add(message.path("pub").path("data").path("n").asLong());
    }
    if (message.has("since")) {
      since = message.path("since").asText();
    }
  }

  @Override
  public void close() {
    ended = true;
    thread.interrupt();
    http.shutdownNow();
  }

  @Override
  public String toString() {
    return "%s: %d numbers, nodes %s, %s".formatted(kind, numbers.size(), nodes, troubles);
  }
}
