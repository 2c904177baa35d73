package io.sluice.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A client of the protocol, with nothing hidden.
final class TestClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

  /// What came and did not fit yet: a publication may overtake the reply that is awaited.
  private final List<JsonNode> passedOver = new ArrayList<>();

  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private volatile String closeReason = "";
  private final WebSocket socket;
  private int nextId = 1;

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        for (String line : text.toString().split("\n", -1)) {
          received.add(parse(line));
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closeReason = reason;
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.completeExceptionally(error);
    }
  }

  private TestClient(Gateway gateway, String path) throws Exception {
    URI uri = URI.create("ws://127.0.0.1:" + gateway.edgePort() + path);
    socket = HTTP.newWebSocketBuilder().buildAsync(uri, new Incoming()).get(10, TimeUnit.SECONDS);
  }

  /// A socket on which nothing was said yet.
  static TestClient silent(Gateway gateway) throws Exception {
    return new TestClient(gateway, "/connection/websocket");
  }

  static TestClient uni(Gateway gateway, String query) throws Exception {
    return new TestClient(gateway, "/connection/uni_websocket?" + query);
  }

  /// Connected as a user.
  static TestClient connected(Gateway gateway, String user) throws Exception {
    TestClient client = silent(gateway);
    client.command("connect", "{\"token\":\"" + TestStack.token(user) + "\"}");
    return client;
  }

  static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + line, e);
    }
  }

  /// An object of strings.
  static String object(java.util.Map<String, String> fields) {
    return JSON.valueToTree(fields).toString();
  }

  void send(String text) throws Exception {
    socket.sendText(text, true).get(10, TimeUnit.SECONDS);
  }

  void sendBinary(byte[] bytes) throws Exception {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).get(10, TimeUnit.SECONDS);
  }

  /// Sends a command and awaits its reply.
  JsonNode command(String method, String request) throws Exception {
    int id = nextId++;
    send("{\"id\":" + id + ",\"" + method + "\":" + request + "}");
    return next(reply -> reply.path("id").asInt() == id);
  }

  JsonNode subscribe(String channel) throws Exception {
    return command("subscribe", "{\"channel\":\"" + channel + "\"}");
  }

  JsonNode recover(String channel, String epoch, long offset) throws Exception {
    return command(
        "subscribe",
        "{\"channel\":\"%s\",\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}"
            .formatted(channel, epoch, offset));
  }

  /// The next message that fits; others before it are kept for later calls.
  JsonNode next(Predicate<JsonNode> fits) throws Exception {
    for (JsonNode earlier : passedOver) {
      if (fits.test(earlier)) {
        passedOver.remove(earlier);
        return earlier;
      }
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      JsonNode message = received.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (message == null) {
        throw new AssertionError(
            "nothing that fits came, but " + passedOver + (closed.isDone() ? " and a close" : ""));
      }
      if (fits.test(message)) {
        return message;
      }
      passedOver.add(message);
    }
  }

  /// The next publication of a channel.
  JsonNode publication(String channel) throws Exception {
    return next(m ->
            m.path("push").path("channel").asText().equals(channel) && m.path("push").has("pub"))
        .path("push")
        .path("pub");
  }

  /// What has come and was not looked at, pings apart.
  List<JsonNode> rest() {
    List<JsonNode> all = new ArrayList<>(passedOver);
    passedOver.clear();
    received.drainTo(all);
    all.removeIf(JsonNode::isEmpty);
    return all;
  }

  /// Its close code, once there is one.
  CompletableFuture<Integer> closed() {
    return closed;
  }

  /// What came with the close code.
  String closeReason() {
    return closeReason;
  }

  int closeCode() throws Exception {
    return closed.get(15, TimeUnit.SECONDS);
  }

  /// Gone without a word, as when a network fails.
  void cut() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
