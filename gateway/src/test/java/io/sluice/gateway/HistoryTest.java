package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A channel's past, for clients and for callers of the API; from memory and, at a node that
/// started later, from the log.
final class HistoryTest {
  private static final String TOPIC = "history.default";
  private static final int RECORDS = 20;
  private static Gateway origin;
  private static Gateway late;
  private static JsonNode start;

  @BeforeAll
  static void start() throws Exception {
    origin = TestStack.node("history", settings("10m"));
    try (TestClient client = TestClient.connected(origin, "ann")) {
      start = client.subscribe("past").path("subscribe");
    }
    for (int n = 1; n <= RECORDS; n++) {
      TestStack.produce(TOPIC, "past", Integer.toString(n));
      TestStack.produce(TOPIC, "other" + n, "0");
    }
    late = TestStack.node("history", settings("0s"));
  }

  private static Map<String, String> settings(String age) {
    return Map.of(
        "window.age", age,
        "namespaces.default.read", "authenticated",
        "namespaces.mute.topic", "history.mute",
        "namespaces.mute.history", "false");
  }

  @AfterAll
  static void stop() {
    origin.close();
    late.close();
  }

  private static JsonNode history(TestClient client, String parameters) throws Exception {
    return client.command("history", "{\"channel\":\"past\"" + parameters + "}");
  }

  private static String since(long offset) {
    return ",\"since\":{\"epoch\":\"%s\",\"offset\":%d}"
        .formatted(start.path("epoch").asText(), offset);
  }

  private static List<Integer> data(JsonNode history) {
    List<Integer> all = new ArrayList<>();
    history.path("publications").forEach(p -> all.add(p.path("data").asInt()));
    return all;
  }

  private static List<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  private static List<Integer> down(int newest, int oldest) {
    return range(oldest, newest).reversed();
  }

  @Test
  void itGoesForwardFromAPositionAndBackwardFromTheNewest() throws Exception {
    try (TestClient client = TestClient.connected(origin, "ann")) {
      long begin = start.path("offset").asLong();
      JsonNode all = history(client, ",\"limit\":-1" + since(begin)).path("history");
      assertThat(data(all)).isEqualTo(range(1, RECORDS));
      assertThat(all.path("epoch").asText()).isEqualTo(start.path("epoch").asText());
      long tenth = all.path("publications").path(9).path("offset").asLong();

      JsonNode page = history(client, ",\"limit\":4" + since(tenth)).path("history");
      assertThat(data(page)).isEqualTo(range(11, 14));
      assertThat(page.path("offset").asLong()).isEqualTo(all.path("offset").asLong());
      assertThat(data(history(client, ",\"limit\":3,\"reverse\":true").path("history")))
          .isEqualTo(down(20, 18));
      assertThat(
              data(history(client, ",\"limit\":3,\"reverse\":true" + since(tenth)).path("history")))
          .isEqualTo(down(9, 7));
      JsonNode top = history(client, "").path("history");
      assertThat(top.has("publications")).isFalse();
      assertThat(top.path("offset").asLong()).isEqualTo(all.path("offset").asLong());
    }
  }

  /// The window of this node begins after all of it.
  @Test
  void whatTheWindowDoesNotHaveComesFromTheLog() throws Exception {
    try (TestClient client = TestClient.connected(late, "ann")) {
      long begin = start.path("offset").asLong();
      assertThat(data(history(client, ",\"limit\":-1" + since(begin)).path("history")))
          .isEqualTo(range(1, RECORDS));
      assertThat(data(history(client, ",\"limit\":5" + since(begin)).path("history")))
          .isEqualTo(range(1, 5));
      assertThat(data(history(client, ",\"limit\":5,\"reverse\":true").path("history"))).isEmpty();
    }
    await().until(() -> new EdgeProbe(late.apiPort()).metric("sluice_replay_readers") == 0);
  }

  @Test
  void aPositionOfAnotherLogIsError112() throws Exception {
    try (TestClient client = TestClient.connected(origin, "ann")) {
      JsonNode reply = history(client, ",\"limit\":1,\"since\":{\"epoch\":\"x\",\"offset\":1}");
      assertThat(reply.path("error").path("code").asInt()).isEqualTo(112);
    }
  }

  @Test
  void aNamespaceWithoutHistoryIsError108() throws Exception {
    try (TestClient client = TestClient.connected(origin, "ann")) {
      JsonNode reply = client.command("history", "{\"channel\":\"mute:a\"}");
      assertThat(reply.path("error").path("code").asInt()).isEqualTo(108);
    }
  }

  @Test
  void theApiGivesTheSame() throws Exception {
    String request =
        "{\"channel\":\"past\",\"limit\":3" + since(start.path("offset").asLong()) + "}";
    for (Gateway node : List.of(origin, late)) {
      JsonNode result = api(node, "/api/history", request).path("result");
      assertThat(data(result)).isEqualTo(range(1, 3));
      assertThat(result.path("epoch").asText()).isEqualTo(start.path("epoch").asText());
    }
  }

  /// State that was read after the position was asked for, and what comes after it: no gap.
  @Test
  void whoSubscribesFromWhereAChannelIsMissesNothing() throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + origin.apiPort() + "/api/v1/channels/snapshot");
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("X-API-Key", TestStack.API_KEY).build();
    JsonNode channel;
    try (HttpClient http = HttpClient.newHttpClient()) {
      channel = TestClient.parse(http.send(request, BodyHandlers.ofString()).body());
    }
    hearsWhatComesAfter(channel, "snapshot");
  }

  @Test
  void whoSubscribesFromWhereAHistoryEndsMissesNothing() throws Exception {
    TestStack.produce(TOPIC, "account", "0");
    String request = "{\"channel\":\"account\",\"limit\":10,\"reverse\":true}";
    JsonNode history =
        await()
            .until(
                () -> api(origin, "/api/history", request).path("result"),
                result -> data(result).equals(List.of(0)));
    hearsWhatComesAfter(history, "account");
  }

  /// Of what was published before the position, nothing comes; what is published now does.
  private static void hearsWhatComesAfter(JsonNode position, String channel) throws Exception {
    TestStack.produce(TOPIC, channel, "1");
    try (TestClient client = TestClient.connected(late, "ann")) {
      JsonNode reply =
          client
              .recover(channel, position.path("epoch").asText(), position.path("offset").asLong())
              .path("subscribe");
      assertThat(reply.path("recovered").asBoolean()).isTrue();
      JsonNode missed = reply.path("publications");
      JsonNode publication = missed.isEmpty() ? client.publication(channel) : missed.path(0);
      assertThat(publication.path("data").asInt()).isEqualTo(1);
    }
  }

  private static JsonNode api(Gateway node, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.apiPort() + path))
            .header("X-API-Key", TestStack.API_KEY)
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return TestClient.parse(http.send(request, BodyHandlers.ofString()).body());
    }
  }
}
