package io.sluice.perf.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A client of the protocol that publishes over its connection. It does not come back: who measures
/// with it wants to know when it is cut.
public final class ClientPublisher implements Publisher {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int AT_ONCE = 1_000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final Map<Integer, Outcome> waiting = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger(1);
  private final CountDownLatch connected = new CountDownLatch(1);
  private final WebSocket socket;
  private CompletableFuture<WebSocket> sent;
  private volatile @Nullable String closed;

  /// Connects.
  ///
  /// @param token may be empty
  public ClientPublisher(URI server, String token) throws IOException {
    CompletableFuture<WebSocket> opened =
        http.newWebSocketBuilder().buildAsync(server, new Answers());
    sent = opened;
    try {
      socket = opened.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      String presented = token.isEmpty() ? "" : "\"token\":\"" + token + "\",";
      send("{\"connect\":{" + presented + "\"name\":\"load\"},\"id\":1}");
      if (!connected.await(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("no answer to the connect of a publisher from " + server);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no WebSocket at " + server + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    if (!takeRoom()) {
      outcome.failed(closed == null ? "no answer for " + ANSWER : closed);
      return;
    }
    int id = ids.incrementAndGet();
    waiting.put(id, outcome);
    String command =
        "{\"publish\":{\"channel\":\"%s\",\"data\":%s},\"id\":%d}"
            .formatted(channel, new String(payload, StandardCharsets.UTF_8), id);
    send(command);
    if (closed != null) {
      answered(id, closed); // it may have closed before it knew of this one
    }
  }

  private boolean takeRoom() {
    try {
      return closed == null && room.tryAcquire(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void close(String why) {
    closed = why;
    waiting.keySet().forEach(id -> answered(id, why));
  }

  /// One after the other, as the socket wants it.
  private synchronized void send(String text) {
    sent = sent.thenCompose(open -> open.sendText(text, true));
  }

  private void answered(int id, @Nullable String failure) {
    Outcome outcome = waiting.remove(id);
    if (outcome != null) {
      room.release();
      if (failure == null) {
        outcome.acknowledged(-1);
      } else {
        outcome.failed(failure);
      }
    }
  }

  @Override
  public void close() {
    try {
      if (room.tryAcquire(AT_ONCE, ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
        room.release(AT_ONCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    socket.abort();
    http.shutdownNow();
  }

  /// What the server says. On the client's own threads, one at a time.
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        text.toString().lines().forEach(this::line);
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void line(String line) {
      try {
        JsonNode message = JSON.readTree(line);
        int id = message.path("id").asInt();
        if (message.isEmpty()) {
          send("{}");
        } else if (message.has("connect")) {
          connected.countDown();
        } else if (id > 0) {
          answered(id, message.has("error") ? message.get("error").toString() : null);
        }
      } catch (IOException e) {
        close(e.toString());
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      close("closed " + code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      close(error.toString());
    }
  }
}
