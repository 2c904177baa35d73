package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.gateway.auth.TokenSigner;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two nodes: what one is told is done to the clients of the other. Redis is stopped before
/// anything is tried: nothing of this needs it.
final class ClientCommandsTest {
  private static final String PREFIX = "client-commands";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /// From the answer to what a client sees of it.
  private static final Duration AT_ONCE = Duration.ofSeconds(1);

  private static Gateway one;
  private static Gateway two;

  @BeforeAll
  static void start() throws Exception {
    EmbeddedRedis redis = EmbeddedRedis.builder().start();
    Map<String, String> settings = Map.of("redis.uri", redis.uri());
    one = TestStack.node(PREFIX, settings);
    two = TestStack.node(PREFIX, settings);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            json(call(one, "GET", "/api/v1/nodes", "")).path("nodes").size() == 2
                && json(call(two, "GET", "/api/v1/nodes", "")).path("nodes").size() == 2);
    redis.close();
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
  }

  private static HttpResponse<String> call(Gateway node, String verb, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.apiPort() + path))
            .header("X-API-Key", TestStack.API_KEY)
            .method(verb, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void tell(Gateway node, String method, String body) throws Exception {
    HttpResponse<String> answer = call(node, "POST", "/api/" + method, body);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"result\":{}}");
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return TestClient.parse(answer.body());
  }

  private static TestClient connected(Gateway node, String user, String session) throws Exception {
    TestClient client = TestClient.silent(node);
    client.command(
        "connect",
        "{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}"
            .formatted(TestStack.token(user), session));
    return client;
  }

  private static void assertClosed(TestClient client, int code) {
    assertThat(client.closed()).succeedsWithin(AT_ONCE).isEqualTo(code);
  }

  private static void assertServes(TestClient client) throws Exception {
    assertThat(client.command("ping", "{}").has("error")).isFalse();
    assertThat(client.closed()).isNotDone();
  }

  private static boolean isPush(JsonNode message, String channel, String what) {
    JsonNode push = message.path("push");
    return push.path("channel").asText().equals(channel) && push.has(what);
  }

  @Test
  void aUserIsDisconnectedWhereverItIs() throws Exception {
    try (TestClient here = TestClient.connected(one, "dora");
        TestClient there = TestClient.connected(two, "dora");
        TestClient other = TestClient.connected(two, "dieter")) {
      tell(one, "disconnect", "{\"user\":\"dora\"}");
      assertClosed(here, 3503);
      assertClosed(there, 3503);
      assertThat(there.closeReason()).isEqualTo("force no reconnect");
      assertServes(other);
      tell(
          one,
          "disconnect",
          "{\"user\":\"dieter\",\"disconnect\":{\"code\":4001,\"reason\":\"later\"}}");
      assertClosed(other, 4001);
      assertThat(other.closeReason()).isEqualTo("later");
    }
  }

  @Test
  void oneConnectionOrSessionIsMeantAndTheOthersStay() throws Exception {
    TestClient a = TestClient.silent(one);
    TestClient b = connected(two, "emil", "tab-1");
    TestClient c = connected(two, "emil", "tab-2");
    try (a;
        b;
        c) {
      String first =
          a.command("connect", "{\"token\":\"" + TestStack.token("emil") + "\"}")
              .path("connect")
              .path("client")
              .asText();
      tell(two, "disconnect", "{\"user\":\"emil\",\"client\":\"" + first + "\"}");
      assertClosed(a, 3503);
      tell(one, "disconnect", "{\"user\":\"emil\",\"session\":\"tab-2\"}");
      assertClosed(c, 3503);
      assertServes(b);
      String kept =
          json(call(one, "GET", "/api/v1/users/emil/sessions", ""))
              .path("sessions")
              .path(0)
              .path("client")
              .asText();
      tell(one, "disconnect", "{\"user\":\"emil\",\"whitelist\":[\"" + kept + "\"]}");
      assertServes(b);
      tell(one, "disconnect", "{\"user\":\"emil\",\"whitelist\":[\"another\"]}");
      assertClosed(b, 3503);
    }
  }

  @Test
  void aLiveConnectionIsSubscribedAndUnsubscribed() throws Exception {
    String channel = "closed:fritz-1";
    try (TestClient client = TestClient.connected(two, "fritz")) {
      tell(one, "subscribe", "{\"user\":\"fritz\",\"channel\":\"" + channel + "\"}");
      JsonNode push = client.next(m -> isPush(m, channel, "subscribe")).path("push");
      assertThat(push.path("subscribe").path("positioned").asBoolean()).isTrue();
      assertThat(push.path("subscribe").path("recoverable").asBoolean()).isTrue();
      assertThat(push.path("subscribe").path("epoch").asText()).isNotEmpty();
      TestStack.produce(PREFIX + ".closed", "fritz-1", "{\"n\":1}");
      assertThat(client.publication(channel).path("offset").asLong())
          .isGreaterThan(push.path("subscribe").path("offset").asLong());
      assertThat(json(call(one, "GET", "/api/v1/channels/" + channel, "")).path("clients").asInt())
          .as("counted on all nodes")
          .isEqualTo(1);

      tell(one, "unsubscribe", "{\"user\":\"fritz\",\"channel\":\"" + channel + "\"}");
      push = client.next(m -> isPush(m, channel, "unsubscribe")).path("push");
      assertThat(push.path("unsubscribe").path("code").asInt()).isEqualTo(2000);
      TestStack.produce(PREFIX + ".closed", "fritz-1", "{\"n\":2}");
      assertServes(client);

      client.subscribe("fritz-2");
      tell(one, "unsubscribe", "{\"user\":\"fritz\",\"channel\":\"fritz-2\"}");
      client.next(m -> isPush(m, "fritz-2", "unsubscribe"));
      assertThat(client.subscribe("fritz-2").has("error")).as("it may do so again").isFalse();
      assertThat(client.rest()).noneMatch(m -> isPush(m, channel, "pub"));
    }
  }

  @Test
  void whatWasMissedFollowsASubscribeThatNamesAPosition() throws Exception {
    String channel = "closed:gerd";
    JsonNode top = json(call(one, "GET", "/api/v1/channels/" + channel, ""));
    for (int i = 1; i <= 3; i++) {
      TestStack.produce(PREFIX + ".closed", "gerd", "{\"n\":" + i + "}");
    }
    try (TestClient client = TestClient.connected(two, "gerd")) {
      String since =
          "{\"recover_since\":{\"epoch\":\"%s\",\"offset\":%d}}"
              .formatted(top.path("epoch").asText(), top.path("offset").asLong());
      assertThat(
              call(one, "PUT", "/api/v1/users/gerd/subscriptions/" + channel, since).statusCode())
          .isEqualTo(202);
      for (int i = 1; i <= 3; i++) {
        assertThat(client.publication(channel).path("data").path("n").asInt()).isEqualTo(i);
      }
      assertThat(
              call(one, "DELETE", "/api/v1/users/gerd/subscriptions/" + channel, "").statusCode())
          .isEqualTo(202);
      client.next(m -> isPush(m, channel, "unsubscribe"));
    }
  }

  @Test
  void aConnectionIsGivenAnotherEnd() throws Exception {
    try (TestClient client = TestClient.connected(two, "hans")) {
      long end = Instant.now().plusSeconds(1000).getEpochSecond();
      tell(one, "refresh", "{\"user\":\"hans\",\"expire_at\":" + end + "}");
      JsonNode refresh = client.next(m -> m.path("push").has("refresh")).path("push");
      assertThat(refresh.path("refresh").path("expires").asBoolean()).isTrue();
      assertThat(refresh.path("refresh").path("ttl").asInt()).isBetween(900, 1000);
      long soon = Instant.now().plusSeconds(1).getEpochSecond();
      tell(one, "refresh", "{\"user\":\"hans\",\"expire_at\":" + soon + "}");
      assertThat(client.closed()).succeedsWithin(Duration.ofSeconds(4)).isEqualTo(3005);
    }
    try (TestClient client = TestClient.connected(two, "hans")) {
      tell(one, "refresh", "{\"user\":\"hans\",\"expired\":true}");
      assertClosed(client, 3005);
    }
  }

  @Test
  void aUsersSessionsAreFoundOnAllNodesAndEnded() throws Exception {
    try (TestClient here = connected(one, "ina", "tab/1");
        TestClient there = connected(two, "ina", "tab 2");
        TestClient plain = TestClient.connected(two, "ina")) {
      there.subscribe("ina");
      JsonNode sessions = json(call(one, "GET", "/api/v1/users/ina/sessions", "")).path("sessions");
      assertThat(sessions).hasSize(3);
      assertThat(sessions.findValuesAsText("session")).containsExactly("tab/1", "tab 2");
      assertThat(sessions.findValuesAsText("node"))
          .containsExactly(one.nodeId(), two.nodeId(), two.nodeId());
      assertThat(sessions.findValuesAsText("channels")).containsExactly("0", "1", "0");
      assertThat(Instant.parse(sessions.path(1).path("connected").asText()))
          .isBetween(Instant.now().minusSeconds(60), Instant.now());

      String path = "/api/v1/sessions/" + sessions.path(1).path("id").asText();
      assertThat(json(call(one, "GET", path, "")).path("state").asText()).isEqualTo("live");
      assertThat(call(one, "DELETE", path, "").statusCode()).isEqualTo(202);
      assertClosed(there, 3503);
      assertServes(here);
      assertServes(plain);
      assertThat(call(one, "GET", "/api/v1/sessions/aW5h.eA", "").statusCode())
          .as("it may be in its grace period, which Redis would know")
          .isEqualTo(503);
    }
  }

  @Test
  void aRevokedUserIsOffAllNodesAndComesBackOnlyWithALaterToken() throws Exception {
    String old = TestStack.token("jana");
    try (TestClient here = TestClient.connected(one, "jana");
        TestClient there = TestClient.connected(two, "jana");
        TestClient other = TestClient.connected(two, "jakob")) {
      String until = "{\"until\":" + Instant.now().plusSeconds(300).getEpochSecond() + "}";
      assertThat(call(one, "PUT", "/api/v1/users/jana/revocation", until).statusCode())
          .isEqualTo(200);
      assertClosed(here, 3500);
      assertClosed(there, 3500);
      assertServes(other);
      for (Gateway node : List.of(one, two)) {
        try (TestClient again = TestClient.silent(node)) {
          again.send("{\"id\":1,\"connect\":{\"token\":\"" + old + "\"}}");
          assertClosed(again, 3500);
        }
      }
    }
    String later = laterToken("jana");
    try (TestClient again = TestClient.silent(two)) {
      assertThat(again.command("connect", "{\"token\":\"" + later + "\"}").has("connect")).isTrue();
      JsonNode refreshed = again.command("refresh", "{\"token\":\"" + later + "\"}");
      assertThat(refreshed.has("refresh")).isTrue();
      again.send("{\"id\":9,\"refresh\":{\"token\":\"" + old + "\"}}");
      assertClosed(again, 3500);
    }
    assertThat(call(two, "GET", "/api/v1/users/jana/revocation", "").statusCode()).isEqualTo(200);
    assertThat(call(two, "DELETE", "/api/v1/users/jana/revocation", "").statusCode())
        .isEqualTo(204);
    await()
        .atMost(AT_ONCE)
        .until(() -> call(one, "GET", "/api/v1/users/jana/revocation", "").statusCode() == 404);
    try (TestClient again = TestClient.silent(one)) {
      assertThat(again.command("connect", "{\"token\":\"" + old + "\"}").has("connect")).isTrue();
    }
  }

  /// Tokens tell when they were made in whole seconds.
  private static String laterToken(String user) {
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(1));
    return new TokenSigner(TestStack.config("unused", Map.of()).tokens(), later)
        .sign(user, Duration.ofMinutes(5), List.of());
  }

  @Test
  void channelsAreThoseOfAllNodes() throws Exception {
    try (TestClient here = TestClient.connected(one, "kim");
        TestClient there = TestClient.connected(two, "kim")) {
      here.subscribe("kim-1");
      there.subscribe("kim-1");
      there.subscribe("kim-2");
      assertThat(call(one, "POST", "/api/channels", "{\"pattern\":\"kim-*\"}").body())
          .isEqualTo(
              "{\"result\":{\"channels\":{\"kim-1\":{\"num_clients\":2},"
                  + "\"kim-2\":{\"num_clients\":1}}}}");
    }
  }

  @Test
  void anEventStreamIsSubscribedUnsubscribedAndEnded() throws Exception {
    try (TestClient client =
        TestClient.uni(two, "token=" + TestStack.token("lea") + "&channels=lea-1")) {
      client.next(m -> m.has("connect"));
      tell(one, "subscribe", "{\"user\":\"lea\",\"channel\":\"closed:lea\"}");
      client.next(m -> m.path("channel").asText().equals("closed:lea") && m.has("subscribe"));
      TestStack.produce(PREFIX + ".closed", "lea", "1");
      JsonNode publication =
          client.next(m -> m.path("channel").asText().equals("closed:lea") && m.has("pub"));
      assertThat(publication.has("since"))
          .as("a position of another partition would be taken for the connection's")
          .isFalse();
      TestStack.produce(PREFIX + ".default", "lea-1", "1");
      publication = client.next(m -> m.path("channel").asText().equals("lea-1") && m.has("pub"));
      assertThat(publication.has("since")).isTrue();
      tell(one, "unsubscribe", "{\"user\":\"lea\",\"channel\":\"closed:lea\"}");
      client.next(m -> m.path("channel").asText().equals("closed:lea") && m.has("unsubscribe"));
      tell(one, "disconnect", "{\"user\":\"lea\"}");
      assertClosed(client, 3503);
    }
  }
}
