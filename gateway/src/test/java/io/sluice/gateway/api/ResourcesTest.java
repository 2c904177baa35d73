package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.PublishOutcome;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.api.InMemoryNode.Published;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is below `/api/v1`: users, sessions, publications.
final class ResourcesTest {
  private final TestApi api = new TestApi();
  private final InMemoryCluster cluster = api.node.cluster;

  @BeforeEach
  void annHasTwoConnectionsAtOneNodeAndTheOtherSaysNothing() {
    cluster.missing = List.of("n2");
    cluster
        .connections
        .addObject()
        .put("client", "c-2")
        .put("connected", "2030-01-01T00:00:00.500Z")
        .put("channels", 3)
        .put("session", "tab-1");
    cluster
        .connections
        .addObject()
        .put("client", "c-1")
        .put("connected", "2030-01-01T00:00:00Z")
        .put("channels", 0);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private HttpResponse<String> call(String verb, String path, String body) {
    return api.send(
        api.request("/api/v1" + path)
            .header("X-API-Key", TestApi.KEY)
            .method(verb, BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) {
    return api.send(api.request("/api/v1" + path).header("X-API-Key", TestApi.KEY).GET());
  }

  @Test
  void aUsersConnectionsAreListedWithTheNodesThatSaidNothing() {
    var answer = get("/users/ann/sessions");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"user\":\"ann\",\"sessions\":[{\"client\":\"c-1\",\"node\":\"n1\","
                + "\"connected\":\"2030-01-01T00:00:00Z\",\"channels\":0},"
                + "{\"id\":\"YW5u.dGFiLTE\",\"session\":\"tab-1\",\"client\":\"c-2\","
                + "\"node\":\"n1\",\"connected\":\"2030-01-01T00:00:00.500Z\",\"channels\":3}],"
                + "\"missing\":[\"n2\"]}");
    assertThat(get("/users/b%2Fc%20%C3%A4/sessions").body()).contains("\"user\":\"b/c ä\"");
  }

  @Test
  void aUsersSubscriptionsAreToldToAllNodes() {
    assertThat(call("PUT", "/users/ann/subscriptions/words:a/b", "").statusCode()).isEqualTo(202);
    assertThat(
            call(
                    "PUT",
                    "/users/a+b%2F%3A/subscriptions/news",
                    "{\"session\":\"s\",\"recover_since\":{\"epoch\":\"e\",\"offset\":7}}")
                .statusCode())
        .isEqualTo(202);
    assertThat(call("DELETE", "/users/ann/subscriptions/words:a%2Fb", "").statusCode())
        .isEqualTo(202);
    assertThat(cluster.told)
        .containsExactly(
            new NodeCommand.Subscribe(Whose.all("ann"), "words:a/b", Optional.empty()),
            new NodeCommand.Subscribe(
                new Whose("a+b/:", "", "s"), "news", Optional.of(new NodeCommand.Since("e", 7))),
            new NodeCommand.Unsubscribe(Whose.all("ann"), "words:a/b"));
  }

  /// None of them may pass for all connections of the user.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"client":["c-1"]}                           | 'client' is not text
          {"client":{"id":"c-1"}}                      | 'client' is not text
          {"session":7}                                | 'session' is not text
          {"recover_since":7}                          | 'recover_since' is not an object
          {"recover_since":{"epoch":"e","offset":"7"}} | 'offset' is not a whole number
          {"recover_since":{"epoch":"e","offset":1.5}} | 'offset' is not a whole number
          {"recover_since":{"epoch":"e"}}              | 'offset' is not a whole number
          {"recover_since":{"epoch":["e"],"offset":7}} | 'epoch' is not text
          """)
  void whatIsOfAnotherTypeThanItHasToBeIsToldToNobody(String body, String detail) {
    var answer = call("PUT", "/users/ann/subscriptions/news", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(detail);
    assertThat(cluster.told).isEmpty();
  }

  @Test
  void aSessionIsFoundWhereverItIsAndEnded() {
    assertThat(get("/sessions/YW5u.dGFiLTE").body())
        .isEqualTo(
            "{\"id\":\"YW5u.dGFiLTE\",\"session\":\"tab-1\",\"client\":\"c-2\",\"node\":\"n1\","
                + "\"connected\":\"2030-01-01T00:00:00.500Z\",\"channels\":3,\"state\":\"live\","
                + "\"user\":\"ann\"}");
    assertThat(call("DELETE", "/sessions/YW5u.dGFiLTE", "").statusCode()).isEqualTo(202);
    assertThat(cluster.told)
        .containsExactly(
            new NodeCommand.Disconnect(new Whose("ann", "", "tab-1"), List.of(), 0, ""));

    cluster.away.put("ann/tab-2", away("n3", /* open= */ true));
    assertThat(get("/sessions/YW5u.dGFiLTI").body())
        .isEqualTo(
            "{\"id\":\"YW5u.dGFiLTI\",\"session\":\"tab-2\",\"client\":\"c-0\",\"node\":\"n3\","
                + "\"connected\":\"1970-01-01T00:00:00Z\",\"state\":\"away\","
                + "\"seen\":\"1970-01-01T00:00:01Z\",\"user\":\"ann\"}");
  }

  private static AwaySession away(String node, boolean open) {
    return new AwaySession(node, "c-0", Instant.EPOCH, Instant.EPOCH.plusSeconds(1), open);
  }

  /// Its node has not answered, so it may be live.
  @Test
  void aSessionThatIsOpenAtANodeWithoutAnAnswerIsNotAway() {
    cluster.away.put("ann/tab-2", away("n2", /* open= */ true));
    assertThat(get("/sessions/YW5u.dGFiLTI").statusCode()).isEqualTo(503);
    assertThat(get("/sessions/YW5u.dGFiLTI").body())
        .contains("the node that had it last has not answered: n2");
    assertThat(call("DELETE", "/sessions/YW5u.dGFiLTI", "").statusCode()).isEqualTo(202);
    assertThat(cluster.told)
        .as("it reads commands though it does not answer")
        .containsExactly(
            new NodeCommand.Disconnect(new Whose("ann", "", "tab-2"), List.of(), 0, ""));

    cluster.away.put("ann/tab-2", away("n2", /* open= */ false));
    assertThat(get("/sessions/YW5u.dGFiLTI").body()).contains("\"state\":\"away\"");
    cluster.away.put("ann/tab-2", away("n2", /* open= */ true));
    cluster.missing = List.of();
    assertThat(get("/sessions/YW5u.dGFiLTI").body()).contains("\"state\":\"away\"");
  }

  @Test
  void whatRedisDoesNotSayIsNotSaidOfASession() {
    cluster.missing = List.of();
    cluster.redisAway = true;
    String unknown = "/sessions/" + new SessionId("ann", "x").text();
    assertThat(get(unknown).statusCode()).isEqualTo(503);
    assertThat(get(unknown).body()).contains("Redis does not say");
    assertThat(call("DELETE", unknown, "").statusCode()).isEqualTo(503);
    assertThat(get("/sessions/YW5u.dGFiLTE").body()).contains("\"state\":\"live\"");
  }

  @Test
  void aSessionThatNobodyHasIs404OnlyWhenAllHaveAnswered() {
    String unknown = "/sessions/" + new SessionId("ann", "x").text();
    assertThat(get(unknown).statusCode()).isEqualTo(503);
    assertThat(get(unknown).body()).contains("without an answer: [n2]");
    cluster.missing = List.of();
    assertThat(get(unknown).statusCode()).isEqualTo(404);
    assertThat(call("DELETE", unknown, "").statusCode()).isEqualTo(404);
    for (String none : List.of("x", "YW5u", ".", "YW5u.", "YW5u.dGFiLTE=", "YW5u.dGFiLTF")) {
      assertThat(get("/sessions/" + none).statusCode()).as(none).isEqualTo(404);
    }
    assertThat(cluster.told).isEmpty();
  }

  @Test
  void aRevocationIsPutReadAndTakenBack() {
    assertThat(get("/users/ann/revocation").statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/users/ann/revocation", "").statusCode()).isEqualTo(404);
    Instant before = Instant.now();
    var put = call("PUT", "/users/ann/revocation", "{\"until\":\"2999-01-01T01:00:00+01:00\"}");
    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(put.body())
        .startsWith("{\"user\":\"ann\",\"issued_before\":\"")
        .endsWith("\"until\":\"2999-01-01T00:00:00Z\"}");
    assertThat(Objects.requireNonNull(cluster.revoked.get("ann")).issuedBefore())
        .isBetween(before.minusMillis(1), Instant.now());
    assertThat(get("/users/ann/revocation").body()).isEqualTo(put.body());
    assertThat(call("PUT", "/users/ann/revocation", "{\"until\":32472144000}").body())
        .contains("\"until\":\"2999-01-01T00:00:00Z\"");
    assertThat(call("PUT", "/users/ann/revocation", "{\"until\":\"2998-01-01T00:00:00Z\"}").body())
        .as("the later end counts")
        .contains("\"until\":\"2999-01-01T00:00:00Z\"");
    assertThat(call("DELETE", "/users/ann/revocation", "").statusCode()).isEqualTo(204);
    assertThat(get("/users/ann/revocation").statusCode()).isEqualTo(404);
  }

  /// 404 would say that a revocation is none which another node has acknowledged.
  @Test
  void whetherThereIsARevocationIsNotSaidWhileKafkaIsAway() {
    cluster.silent = true;
    for (String verb : List.of("GET", "DELETE")) {
      var answer = call(verb, "/users/ann/revocation", "");
      assertThat(answer.statusCode()).as(verb).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                  | 'until' is neither
          {"until":"soon"}    | 'until' is neither
          {"until":1.5}       | 'until' is neither
          {"until":1000000000}| 'until' is 2001-09-09T01:46:40Z, which is over
          []                  | it is not an object
          {"until"            | it is not JSON
          """)
  void aRevocationNeedsAnEndThatIsToCome(String body, String detail) {
    var answer = call("PUT", "/users/ann/revocation", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(detail);
    assertThat(cluster.revoked).isEmpty();
  }

  @Test
  void aPublicationIsCreated() {
    var answer =
        call("POST", "/channels/words:a/b/publications", "{\"data\":\"x\",\"tags\":{\"k\":\"v\"}}");
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("{\"offset\":1,\"epoch\":\"e1\"}");
    assertThat(api.node.published)
        .containsExactly(new Published("words:a/b", "x", Map.of("k", "v")));

    assertThat(call("POST", "/channels/x:a/publications", "{\"data\":1}").statusCode())
        .isEqualTo(404);
    assertThat(call("POST", "/channels/words:a/publications", "{\"data\":1}").body())
        .contains("\"status\":400", "is not a JSON string");
    assertThat(call("POST", "/channels/a/publications", "{\"data\"").statusCode()).isEqualTo(400);
    api.node.answer =
        _ -> InMemoryNode.now(new PublishOutcome.Refused("full", Duration.ofSeconds(4)));
    var refused = call("POST", "/channels/a/publications", "{\"data\":1}");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("4");
    String large = "{\"data\":\"" + "x".repeat(250 << 10) + "\"}";
    assertThat(call("POST", "/channels/a/publications", large).statusCode()).isEqualTo(413);
  }

  @Test
  void theChannelsWithSubscribersAreListed() {
    api.node.subscribers.putAll(Map.of("news", 3, "words:1", 1));
    assertThat(get("/channels?pattern=n*").body())
        .isEqualTo("{\"channels\":[{\"name\":\"news\",\"clients\":3}],\"missing\":[\"n2\"]}");
    assertThat(get("/channels?pattern=%5Ba%5D").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, 404",
    "GET, /users, 404",
    "GET, /users/ann, 404",
    "GET, /users//sessions, 404",
    "GET, /users/ann/sessions/, 404",
    "POST, /users/ann/sessions, 405",
    "GET, /users/ann/subscriptions/news, 405",
    "PUT, /users/ann/subscriptions/x:1, 404",
    "PUT, /users/ann/subscriptions/default:1, 404",
    "PUT, /sessions/YW5u.dGFiLTE, 405",
    "DELETE, /channels/news, 405",
    "GET, /users/%ff/sessions, 400",
    "GET, /users/a%zz/sessions, 400",
  })
  void whatIsNoResourceHasAStatusThatSaysSo(String verb, String path, int status) throws Exception {
    String answer =
        api.raw(
            verb
                + " /api/v1"
                + path
                + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: k-1\r\nContent-Length: 0\r\n");
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    if (status == 405) {
      assertThat(answer).containsIgnoringCase("\r\nAllow: ");
    }
  }

  @Test
  void aUserHasALimitAndNodesThatCannotBeToldAre503() {
    assertThat(get("/users/" + "u".repeat(513) + "/sessions").body())
        .contains("\"status\":400", "'user' of 513 characters is longer than 512");
    cluster.outcome = new TellOutcome.Unknown("no answer");
    var answer = call("PUT", "/users/ann/subscriptions/news", "");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("no answer; outcome unknown");
  }
}
