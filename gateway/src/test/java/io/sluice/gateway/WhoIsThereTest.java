package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Presence, its numbers, and who comes and goes: two nodes that know one another.
final class WhoIsThereTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration SOON = Duration.ofMillis(500);

  /// The machine may stand still in some of them.
  private static final int ROUNDS = 5;

  private static Gateway one;
  private static Gateway two;

  @BeforeAll
  static void start() throws Exception {
    one = TestStack.node("presence", settings());
    two = TestStack.node("presence", settings());
    for (Gateway node : List.of(one, two)) {
      await().until(() -> api(node, "info", "{}").path("live").size() == 2);
    }
  }

  private static Map<String, String> settings() {
    return Map.of(
        "presence.linger", "2s",
        "namespaces.default.presence", "true",
        "namespaces.default.join-leave", "true",
        "namespaces.counted.topic", "presence.counted",
        "namespaces.counted.presence", "true",
        "namespaces.counted.read", "authenticated");
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  private static JsonNode api(Gateway node, String method, String body) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + node.apiPort() + "/api/" + method);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("X-API-Key", TestStack.API_KEY)
            .POST(BodyPublishers.ofString(body))
            .build();
    return TestClient.parse(HTTP.send(request, BodyHandlers.ofString()).body()).path("result");
  }

  private static HttpResponse<String> page(Gateway node, String channel, String query)
      throws Exception {
    URI uri =
        URI.create(
            "http://127.0.0.1:%d/api/v1/channels/%s/presence%s"
                .formatted(node.apiPort(), channel, query));
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("X-API-Key", TestStack.API_KEY).build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private static String named(String channel) {
    return "{\"channel\":\"" + channel + "\"}";
  }

  private static JsonNode presence(TestClient client, String channel) throws Exception {
    return client.command("presence", named(channel)).path("presence").path("presence");
  }

  private static int clients(Gateway node, String channel) throws Exception {
    return api(node, "presence_stats", named(channel)).path("num_clients").asInt();
  }

  private static TestClient inSession(Gateway node, String user, String session) throws Exception {
    TestClient client = TestClient.silent(node);
    client.command(
        "connect",
        "{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}"
            .formatted(TestStack.token(user), session));
    return client;
  }

  private static JsonNode curious(TestClient client, String channel) throws Exception {
    return client.command("subscribe", "{\"channel\":\"" + channel + "\",\"join_leave\":true}");
  }

  /// Of whom, and whether they came or went.
  private static List<String> heard(TestClient client) {
    List<String> heard = new ArrayList<>();
    for (JsonNode message : client.rest()) {
      JsonNode push = message.path("push");
      for (String kind : List.of("join", "leave")) {
        if (push.has(kind)) {
          heard.add(kind + " " + push.path(kind).path("info").path("user").asText());
        }
      }
    }
    return heard;
  }

  private static JsonNode push(TestClient client, String kind, String user) throws Exception {
    return client
        .next(m -> m.path("push").path(kind).path("info").path("user").asText().equals(user))
        .path("push");
  }

  @Test
  void whoSubscribesIsSeenAtEveryNodeWithin500Milliseconds() throws Exception {
    try (TestClient ann = TestClient.connected(one, "ann");
        TestClient bob = TestClient.connected(two, "bob");
        TestClient other = TestClient.connected(two, "bob")) {
      List<Duration> took = new ArrayList<>();
      do {
        took.add(untilSeen(ann, bob, "soon-" + took.size()));
      } while (took.getLast().compareTo(SOON) >= 0 && took.size() < ROUNDS);
      assertThat(took.getLast()).as("the last of %s", took).isLessThan(SOON);

      other.subscribe("soon-0");
      JsonNode stats = other.command("presence_stats", named("soon-0")).path("presence_stats");
      assertThat(stats.path("num_clients").asInt()).isEqualTo(3);
      assertThat(stats.path("num_users").asInt()).isEqualTo(2);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> clients(one, "soon-0") == 0);
  }

  private static Duration untilSeen(TestClient ann, TestClient bob, String channel)
      throws Exception {
    ann.subscribe(channel);
    JsonNode alone = presence(ann, channel);
    assertThat(alone.size()).isEqualTo(1);
    JsonNode me = alone.elements().next();
    assertThat(me.path("user").asText()).isEqualTo("ann");
    assertThat(alone.has(me.path("client").asText())).isTrue();

    bob.subscribe(channel);
    long start = System.nanoTime();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> presence(ann, channel).size() == 2);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void whoWantsToKnowIsToldWhoComesAndGoesAnywhere() throws Exception {
    try (TestClient ann = TestClient.connected(one, "ann");
        TestClient plain = TestClient.connected(one, "pat")) {
      plain.subscribe("door");
      JsonNode reply = curious(ann, "door");
      assertThat(reply.has("subscribe")).isTrue();
      assertThat(push(ann, "join", "ann").path("channel").asText()).isEqualTo("door");
      TestClient bob = TestClient.connected(two, "bob");
      bob.subscribe("door");
      JsonNode join = push(ann, "join", "bob");
      bob.cut();
      JsonNode leave = push(ann, "leave", "bob");
      assertThat(leave.path("leave").path("info")).isEqualTo(join.path("join").path("info"));
      plain.command("unsubscribe", named("door"));
      assertThat(push(ann, "leave", "pat").path("channel").asText()).isEqualTo("door");
      assertThat(heard(plain)).isEmpty();
    }
  }

  @Test
  void aSessionThatGoesOnElsewhereIsSeenNeitherLeavingNorJoining() throws Exception {
    try (TestClient watcher = TestClient.connected(one, "watcher")) {
      curious(watcher, "steady");
      push(watcher, "join", "watcher");
      TestClient ann = inSession(one, "ann", "tab-1");
      ann.subscribe("steady");
      String shown = push(watcher, "join", "ann").path("join").path("info").path("client").asText();
      ann.cut();
      for (Gateway node : List.of(two, one)) {
        try (TestClient again = inSession(node, "ann", "tab-1")) {
          again.subscribe("steady");
          await()
              .atMost(Duration.ofSeconds(5))
              .until(() -> clients(one, "steady") == 2 && clients(two, "steady") == 2);
          assertThat(presence(watcher, "steady").has(shown)).isTrue();
        }
      }
      assertThat(push(watcher, "leave", "ann").path("leave").path("info").path("client").asText())
          .isEqualTo(shown);
      assertThat(heard(watcher)).isEmpty();
      assertThat(clients(two, "steady")).isEqualTo(1);
    }
  }

  /// A phone changed networks: its first connection looks alive.
  @Test
  void aSessionThatIsTakenOverIsShownOnceAllTheTime() throws Exception {
    try (TestClient watcher = TestClient.connected(two, "watcher");
        TestClient ann = inSession(one, "ann", "phone")) {
      curious(watcher, "street");
      ann.subscribe("street");
      push(watcher, "join", "ann");
      try (TestClient again = inSession(two, "ann", "phone")) {
        again.subscribe("street");
        for (int n = 0; n < 20; n++) {
          assertThat(presence(watcher, "street").size()).isEqualTo(2);
        }
        await().until(() -> clients(one, "street") == 2 && clients(two, "street") == 2);
        assertThat(heard(watcher))
            .isIn(List.of("join watcher"), List.of("join watcher", "join ann", "leave ann"));
      }
    }
  }

  @Test
  void aNodeThatClosesLeavesNoGhost() throws Exception {
    Gateway third = TestStack.node("presence", settings());
    await().until(() -> api(one, "info", "{}").path("live").size() == 3);
    try (TestClient watcher = TestClient.connected(one, "watcher");
        TestClient ann = inSession(third, "ann", "tab-1");
        TestClient bob = TestClient.connected(third, "bob")) {
      curious(watcher, "house");
      ann.subscribe("house");
      bob.subscribe("house");
      push(watcher, "join", "ann");
      push(watcher, "join", "bob");
      await().until(() -> clients(one, "house") == 3);
      third.close();
      push(watcher, "leave", "bob");
      push(watcher, "leave", "ann");
      await().atMost(Duration.ofSeconds(2)).until(() -> clients(one, "house") == 1);
      assertThat(api(one, "presence", named("house")).has("missing")).isFalse();
    }
  }

  @Test
  void theApiTellsTheSameInPages() throws Exception {
    List<TestClient> all = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      TestClient client = TestClient.connected(n % 2 == 0 ? one : two, "user" + n);
      client.subscribe("counted:hall");
      all.add(client);
    }
    await().until(() -> clients(one, "counted:hall") == 5);
    JsonNode members = api(one, "presence", named("counted:hall")).path("presence");
    List<String> ids = new ArrayList<>();
    members.fieldNames().forEachRemaining(ids::add);
    assertThat(ids).hasSize(5).isSorted();

    JsonNode first = TestClient.parse(page(two, "counted:hall", "?limit=3").body());
    assertThat(first.path("members").size()).isEqualTo(3);
    assertThat(first.path("next").asText()).isEqualTo(ids.get(2));
    JsonNode rest =
        TestClient.parse(page(one, "counted:hall", "?limit=3&after=" + ids.get(2)).body());
    assertThat(rest.path("members").size()).isEqualTo(2);
    assertThat(rest.path("members").path(1).path("client").asText()).isEqualTo(ids.get(4));
    assertThat(rest.has("next")).isFalse();

    // joins are not told here, and who may read need not be subscribed
    try (TestClient reader = TestClient.connected(two, "reader")) {
      assertThat(presence(reader, "counted:hall").size()).isEqualTo(5);
      curious(reader, "counted:hall");
      all.getFirst().command("unsubscribe", named("counted:hall"));
      await().until(() -> clients(two, "counted:hall") == 5);
      assertThat(heard(reader)).isEmpty();
    }
    all.forEach(TestClient::close);
  }

  @Test
  void whoMayNotKnowIsRefused() throws Exception {
    try (TestClient ann = TestClient.connected(one, "ann")) {
      for (String method : List.of("presence", "presence_stats")) {
        assertThat(ann.command(method, named("room")).path("error").path("code").asInt())
            .isEqualTo(103);
        ann.subscribe("text:a");
        assertThat(ann.command(method, named("text:a")).path("error").path("code").asInt())
            .isEqualTo(108);
        assertThat(ann.command(method, named("nowhere:a")).path("error").path("code").asInt())
            .isEqualTo(102);
      }
    }
    assertThat(page(one, "text:a", "").statusCode()).isEqualTo(409);
    assertThat(page(one, "nowhere:a", "").statusCode()).isEqualTo(404);
    assertThat(page(one, "room", "?limit=x").statusCode()).isEqualTo(400);
  }

  @Test
  void anEventStreamIsThereAndMayBeToldToo() throws Exception {
    String connect =
        "{\"token\":\"%s\",\"subs\":{\"lobby\":{\"join_leave\":true}}}"
            .formatted(TestStack.token("uni"));
    String query = "cf_connect=" + URLEncoder.encode(connect, StandardCharsets.UTF_8);
    try (UniClient stream = new UniClient(UniClient.Kind.EVENTS, one, query, "");
        TestClient bob = TestClient.connected(two, "bob")) {
      assertThat(stream.next().has("connect")).isTrue();
      assertThat(stream.next().path("join").path("info").path("user").asText()).isEqualTo("uni");
      bob.subscribe("lobby");
      assertThat(stream.next().path("join").path("info").path("user").asText()).isEqualTo("bob");
      assertThat(clients(two, "lobby")).isEqualTo(2);
    }
    await().until(() -> clients(two, "lobby") == 0);
  }
}
