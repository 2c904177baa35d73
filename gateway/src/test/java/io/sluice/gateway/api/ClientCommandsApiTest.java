package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.PublishOutcome;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.api.InMemoryNode.Published;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Methods that do something to clients, channels of all nodes, and batches.
final class ClientCommandsApiTest {
  private static final String DONE = "{\"result\":{}}";

  private final TestApi api = new TestApi();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void everyMethodTellsAllNodesWhatItWasAskedFor() {
    assertThat(api.post("/api/disconnect", "{\"user\":\"ann\"}").body()).isEqualTo(DONE);
    assertThat(
            api.post(
                    "/api/disconnect",
                    "{\"user\":\"ann\",\"client\":\"c\",\"session\":\"s\",\"whitelist\":[\"d\"],"
                        + "\"disconnect\":{\"code\":4000,\"reason\":\"later\",\"reconnect\":true}}")
                .body())
        .isEqualTo(DONE);
    assertThat(
            api.post(
                    "/api/subscribe",
                    "{\"user\":\"ann\",\"channel\":\"words:1\",\"info\":{},"
                        + "\"recover_since\":{\"epoch\":\"e\",\"offset\":7}}")
                .body())
        .isEqualTo(DONE);
    assertThat(api.post("/api/unsubscribe", "{\"user\":\"ann\",\"channel\":\"a\"}").body())
        .isEqualTo(DONE);
    assertThat(api.post("/api/refresh", "{\"user\":\"ann\",\"expire_at\":1893456000}").body())
        .isEqualTo(DONE);
    assertThat(api.post("/api/refresh", "{\"user\":\"ann\",\"expired\":true}").body())
        .isEqualTo(DONE);

    Whose all = Whose.all("ann");
    assertThat(api.node.cluster.told)
        .containsExactly(
            new NodeCommand.Disconnect(all, List.of(), 0, ""),
            new NodeCommand.Disconnect(new Whose("ann", "c", "s"), List.of("d"), 4000, "later"),
            new NodeCommand.Subscribe(all, "words:1", Optional.of(new NodeCommand.Since("e", 7))),
            new NodeCommand.Unsubscribe(all, "a"),
            new NodeCommand.Refresh(all, Instant.parse("2030-01-01T00:00:00Z")),
            new NodeCommand.Refresh(all, Instant.EPOCH));
  }

  @Test
  void aDisconnectIsReadAsTheGoSdkWritesIt() {
    String body = "{\"user\":\"ann\",\"ClientWhitelist\":%s,\"Disconnect\":%s}";
    api.post("/api/disconnect", body.formatted("null", "null"));
    api.post("/api/disconnect", body.formatted("[\"c\"]", "{\"code\":4000,\"reason\":\"x\"}"));
    assertThat(api.node.cluster.told)
        .containsExactly(
            new NodeCommand.Disconnect(Whose.all("ann"), List.of(), 0, ""),
            new NodeCommand.Disconnect(Whose.all("ann"), List.of("c"), 4000, "x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          disconnect  | {}                                           | 107 | 'user' is missing or empty
          disconnect  | {"user":"u","disconnect":{"code":2999}}      | 107 | the code 2999 is not between 3000 and 4999
          disconnect  | {"user":"u","disconnect":{"code":99999999999}} | 107 | the code 2147483647 is not between 3000 and 4999
          disconnect  | {"user":"u","disconnect":{"reason":"x"}}     | 107 | a reason needs a code
          subscribe   | {"user":"u"}                                 | 107 | 'channel' is missing or empty
          subscribe   | {"user":"u","channel":"x:1"}                 | 102 | there is no namespace 'x'
          unsubscribe | {"user":"u","channel":"numbers:x"}           | 107 | 'x' is no key of the kind LONG
          refresh     | {"user":"u"}                                 | 107 | 'expire_at' or 'expired' is missing
          refresh     | {"user":"u","expire_at":-1}                  | 107 | 'expire_at' is not a number of seconds before the year 10000
          refresh     | {"user":"u","expire_at":1893456000000000}    | 107 | 'expire_at' is not a number of seconds before the year 10000
          history_remove | {"channel":"a"}                           | 108 | the log is Kafka's
          """)
  void whatCannotBeDoneIsAnErrorAndNobodyIsTold(
      String method, String body, int code, String message) {
    var answer = api.post("/api/" + method, body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"code\":" + code, message);
    assertThat(api.node.cluster.told).isEmpty();
  }

  @Test
  void namesAndReasonsHaveLimits() {
    Map<String, String> messages =
        Map.of(
            "{\"user\":\"%s\"}".formatted("u".repeat(513)),
            "'user' of 513 characters is longer than 512",
            "{\"user\":\"u\",\"client\":\"%s\"}".formatted("c".repeat(65)),
            "'client' of 65 characters is longer than 64",
            "{\"user\":\"u\",\"session\":\"%s\"}".formatted("s".repeat(65)),
            "'session' of 65 characters is longer than 64",
            "{\"user\":\"u\",\"whitelist\":[%s\"c\"]}".formatted("\"c\",".repeat(100)),
            "'whitelist' of 101 clients is longer than 100",
            "{\"user\":\"u\",\"disconnect\":{\"code\":4000,\"reason\":\"%s\"}}"
                .formatted("ä".repeat(51)),
            "the reason of 102 bytes is longer than 100");
    messages.forEach((body, message) ->
        assertThat(api.post("/api/disconnect", body).body()).contains("\"code\":107", message));
    assertThat(api.node.cluster.told).isEmpty();
  }

  @Test
  void whatNodesCouldNotBeToldIs503() {
    for (TellOutcome outcome :
        List.of(new TellOutcome.Refused("away"), new TellOutcome.Unknown("late"))) {
      api.node.cluster.outcome = outcome;
      var answer = api.post("/api/disconnect", "{\"user\":\"u\"}");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("\"code\":100");
    }
  }

  @Test
  void channelsAreThoseOfAllNodesAndWhoSaidNothingIsNamed() {
    api.node.subscribers.putAll(Map.of("news", 3, "words:1", 1));
    api.node.cluster.two = true;
    assertThat(api.post("/api/channels", "{\"pattern\":\"n*\"}").body())
        .isEqualTo("{\"result\":{\"channels\":{\"news\":{\"num_clients\":6}}}}");
    api.node.cluster.two = false;
    api.node.cluster.missing = List.of("n2");
    assertThat(api.post("/api/channels", "{\"pattern\":\"n*\"}").body())
        .isEqualTo(
            "{\"result\":{\"channels\":{\"news\":{\"num_clients\":3}},\"missing\":[\"n2\"]}}");
  }

  @Test
  void aBatchAnswersEachCommandUnderItsName() {
    var answer =
        api.post(
            "/api/batch",
            """
            {"commands":[{"publish":{"channel":"a","data":{"n": 1}}},
                         {"publish":{"channel":"x:1","data":1}},
                         {"nothing":{"a":[1]}},
                         {"batch":{"commands":[]}},
                         {"disconnect":{"user":"ann"}},
                         {"channels":{}}], "parallel": true}
            """);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"replies\":[{\"publish\":{\"offset\":1,\"epoch\":\"e1\"}},"
                + "{\"error\":{\"code\":102,\"message\":\"unknown channel: there is no namespace 'x'\"}},"
                + "{\"error\":{\"code\":104,\"message\":\"method not found\"}},"
                + "{\"error\":{\"code\":104,\"message\":\"method not found\"}},"
                + "{\"disconnect\":{}},{\"channels\":{\"channels\":{}}}]}");
    assertThat(api.node.published).containsExactly(new Published("a", "{\"n\": 1}", Map.of()));
    assertThat(api.post("/api/batch", "{\"commands\":[]}").body()).isEqualTo("{\"replies\":[]}");
  }

  @Test
  void inABatchOneAfterAnotherACommandWaitsForTheOneBefore() {
    CompletableFuture<PublishOutcome> later = new CompletableFuture<>();
    api.node.answer = _ -> later;
    String commands =
        "{\"commands\":[{\"publish\":{\"channel\":\"a\",\"data\":1}},"
            + "{\"publish\":{\"channel\":\"b\",\"data\":1}},{\"disconnect\":{\"user\":\"u\"}}]%s}";
    var answer = api.postLater("/api/batch", commands.formatted(""));
    // publishes keep their order by themselves
    Awaitility.await().until(() -> api.node.published.size() == 2);
    assertThat(api.node.cluster.told).isEmpty();
    later.complete(new PublishOutcome.Refused("full"));
    assertThat(answer.join().body()).contains("\"code\":100").endsWith("{\"disconnect\":{}}]}");
    assertThat(answer.join().statusCode()).isEqualTo(200);
    assertThat(api.node.cluster.told).hasSize(1);

    api.node.answer = _ -> new CompletableFuture<>();
    var never = api.postLater("/api/batch", commands.formatted(",\"parallel\":true"));
    Awaitility.await().until(() -> api.node.cluster.told.size() == 2);
    assertThat(never.join().statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"commands":{}}                    | 'commands' is not a list
          {"commands":[1]}                   | it is not an object
          {"commands":[{}]}                  | a command of the batch names no method
          {"commands":[{"info":{},"publish":{}}]} | a command of the batch names more than one method
          {"commands":[{"info":1}]}          | it is not an object
          {"parallel":1}                     | 'parallel' is not true or false
          """)
  void aBatchThatIsNoneIs400(String body, String message) {
    var answer = api.post("/api/batch", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(message);
  }

  @Test
  void aBatchHasAtMostAThousandCommands() {
    String thousand = "{\"commands\":[" + "{\"info\":{}},".repeat(999) + "{\"info\":{}}%s]}";
    assertThat(api.post("/api/batch", thousand.formatted("")).statusCode()).isEqualTo(200);
    assertThat(api.post("/api/batch", thousand.formatted(",{\"info\":{}}")).body())
        .contains("there are more than 1000 commands");
  }
}
