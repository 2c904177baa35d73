package io.sluice.perf.stress;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Connects to an edge and subscribes before all others do, so that a wrong secret or a right that
/// users lack is told at once and in words. What it is sent comes on threads of the HTTP client.
final class FirstUser implements WebSocket.Listener {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "user-probe";
  private static final int SUBSCRIBE_ID = 2;

  /// As SDKs wait.
  private static final long ANSWER_MS = 5_000;

  /// What it was told; empty when it is subscribed.
  private final CompletableFuture<String> told = new CompletableFuture<>();

  private final StringBuilder frame = new StringBuilder();

  private FirstUser() {}

  /// Returns when an edge lets users in.
  ///
  /// @throws IOException when it does not, with what it says
  static void demandLetIn(URI edge, String channel, StressTarget target) throws IOException {
    FirstUser user = new FirstUser();
    try (HttpClient http = HttpClient.newHttpClient()) {
      WebSocket socket =
          http.newWebSocketBuilder().buildAsync(edge, user).get(ANSWER_MS, TimeUnit.MILLISECONDS);
      try {
        var _ = socket.sendText(opening(channel, target.token(NAME)), true);
        String why = user.told.get(ANSWER_MS, TimeUnit.MILLISECONDS);
        if (!why.isEmpty()) {
          throw new IOException(edge + " does not let users in: " + why);
        }
      } finally {
        socket.abort();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("no WebSocket at " + edge + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IOException(edge + " did not answer a user within " + ANSWER_MS + " ms", e);
    }
  }

  private static String opening(String channel, String token) {
    ObjectNode connect = JSON.createObjectNode().put("id", 1);
    ObjectNode request = connect.putObject("connect").put("name", "stress");
    if (!token.isEmpty()) {
      request.put("token", token);
    }
    ObjectNode subscribe = JSON.createObjectNode().put("id", SUBSCRIBE_ID);
    new Room(NAME, channel).subscribe(subscribe);
    return connect + "\n" + subscribe;
  }

  @Override
  public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    frame.append(data);
    if (last) {
      for (String line : frame.toString().split("\n", -1)) {
        hears(line);
      }
      frame.setLength(0);
    }
    socket.request(1);
    return CompletableFuture.completedFuture(null);
  }

  private void hears(String line) {
    try {
      JsonNode message = JSON.readTree(line);
      if (message.has("error")) {
        told.complete(message.get("error").toString());
      } else if (message.path("id").asInt() == SUBSCRIBE_ID) {
        told.complete(missing(message.path("subscribe")));
      }
    } catch (JacksonException e) {
      told.complete("not JSON: " + e.getOriginalMessage());
    }
  }

  /// What a run is judged by: without a position nobody can tell what is missing, or come back.
  ///
  /// @return what a subscription lacks, for people; empty when nothing is
  static String missing(JsonNode subscription) {
    List<String> lacks = new ArrayList<>();
    if (!subscription.path("positioned").asBoolean()
        || subscription.path("epoch").asText().isEmpty()) {
      lacks.add("positions");
    }
    if (!subscription.path("recoverable").asBoolean()) {
      lacks.add("recovery");
    }
    return lacks.isEmpty() ? "" : "its namespace has no " + String.join(" and no ", lacks);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    told.complete("close " + code + (reason.isEmpty() ? "" : " " + reason));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    told.complete(error.toString());
  }
}
