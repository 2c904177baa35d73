package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.PublishOutcome;
import io.sluice.gateway.api.InMemoryNode.Published;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.presence.Member;
import io.sluice.gateway.protocol.ClientInfo;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiServerTest {
  private final TestApi api = new TestApi();

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void publishAnswersThePositionAndKeepsTheBytesAsTheyWereSent() {
    String data = "{ \"b\" : 1.10,\n \"a\":[1e3, \"\\u00e4ä\"] }";
    HttpResponse<String> answer =
        api.post(
            "/api/publish",
            "{\"skip_history\":true,\"channel\":\"news\",\"data\":"
                + data
                + " ,\"tags\":{\"k\":\"v\"},\"delta\":false}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.body()).isEqualTo("{\"result\":{\"offset\":1,\"epoch\":\"e1\"}}");
    assertThat(api.node.published)
        .containsExactly(new Published("news", latin1(data), Map.of("k", "v")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "-1.5e3", "true", "null", "\"x\"", "[]", "{}", "[1, {\"a\":[]} ]"})
  void everyJsonValueCanBeData(String data) {
    api.post("/api/publish", "{\"data\":" + data + ",\"channel\":\"a\"}");
    api.post("/api/publish", "{\"channel\":\"b\",\"data\": " + data + " }");

    assertThat(api.node.published)
        .containsExactly(new Published("a", data, Map.of()), new Published("b", data, Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "X-API-Key, k-1, 200",
    "Authorization, apikey k-1, 200",
    "authorization, ApiKey k-1, 200",
    "X-API-Key, k-2, 401",
    "X-API-Key, k-11, 401",
    "Authorization, Bearer k-1, 401",
    "Authorization, k-1, 401",
    "X-Other, k-1, 401",
  })
  void theKeyIsNeeded(String header, String value, int status) {
    HttpResponse<String> answer =
        api.send(
            api.request("/api/info")
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).isEqualTo(status);
  }

  @Test
  void withoutTheKeyNothingBelowApiIsToldApart() {
    for (String path : List.of("/api", "/api/", "/api/publish", "/api/nothing", "/api/v1/nodes")) {
      assertThat(api.get(path).statusCode()).as(path).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/info",
        "//api/info",
        "/./api/info",
        "/x/../api/info",
        "/%61pi/info",
        "/api;a=b/info",
        "/api/v1/nodes",
        "/api/v1;a/nodes",
        "/api/x/../v1/nodes",
        "/internal/questions/info",
        "//internal/emulation",
      })
  void howeverAPathIsWrittenTheKeyIsNeeded(String path) throws IOException {
    for (String verb : List.of("GET ", "POST ")) {
      String answer =
          api.raw(verb + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n");
      assertThat(answer).matches("(?s)HTTP/1.1 (400|401|404) .*");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"channel":"","data":1}            | 107 | bad request: a channel needs a namespace and a key: 'default', ''
          {"data":1}                         | 107 | bad request: a channel needs a namespace and a key: 'default', ''
          {"channel":"default:x","data":1}   | 107 | bad request: 'default:' is not accepted as a prefix, use the bare name: 'default:x'
          {"channel":"numbers:x","data":1}   | 107 | bad request: 'x' is no key of the kind LONG
          {"channel":"orders:1","data":1}    | 102 | unknown channel: there is no namespace 'orders'
          {"channel":"news"}                 | 107 | bad request: 'data' is missing
          {"channel":"news","b64data":"{"}   | 107 | bad request: 'b64data' is not base64
          {"channel":"news","b64data":"ew"}  | 107 | bad request: it is not one JSON value
          {"channel":"words:a","data":1}     | 107 | bad request: 'data' of a text namespace is not a JSON string
          {"channel":"words:a","data":"\\ud800"} | 107 | bad request: 'data' holds half a surrogate pair
          {"channel":"words:a","b64data":"/w=="} | 107 | bad request: it is not UTF-8
          {"channel":"blobs:a","data":{}}    | 107 | bad request: 'data' of a binary namespace is not base64 in a string
          """)
  void whatCannotBePublishedIsAnApplicationError(String body, int code, String message) {
    HttpResponse<String> answer = api.post("/api/publish", body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("{\"error\":{\"code\":%d,\"message\":\"%s\"}}".formatted(code, message));
    assertThat(api.node.published).isEmpty();
  }

  @Test
  void contentBecomesWhatTheNamespaceHolds() {
    String base64 = Base64.getEncoder().encodeToString(new byte[] {0, -1, 65});
    api.post("/api/publish", "{\"channel\":\"words:a\",\"data\":\"\\u00e4\\n\"}");
    api.post("/api/publish", "{\"channel\":\"blobs:a\",\"data\":\"" + base64 + "\"}");
    api.post("/api/publish", "{\"channel\":\"blobs:a\",\"data\":1,\"b64data\":\"" + base64 + "\"}");
    api.post("/api/publish", "{\"channel\":\"news\",\"b64data\":\"eyJhIjoxfQ==\"}");

    assertThat(api.node.published.stream().map(Published::data))
        .containsExactly(latin1("ä\n"), "\u0000\u00ffA", "\u0000\u00ffA", "{\"a\":1}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                  | it is not an object
          {                                   | it is not JSON
          []                                  | it is not an object
          {"channel":"news","data":1} x       | it is not JSON
          {"channel":"news","data":1}{}       | there is more after the object
          {"channel":"news","data":01}        | it is not JSON
          {"channel":"news","data":{"a"}}     | it is not JSON
          {"channel":"news","data":NaN}       | it is not JSON
          {"channel":7,"data":1}              | 'channel' is not text
          {"channel":"news","tags":[]}        | 'tags' is not an object
          {"channel":"news","tags":{"a":1}}   | 'tags' has a value that is not text
          {"channels":{"a":1}}                | 'channels' is not a list of texts
          """)
  void undecodableBodiesAre400(String body, String problem) {
    HttpResponse<String> answer = api.post("/api/publish", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"message\":\"bad request: " + problem + "\"");
  }

  @Test
  void bytesThatAreNotUtf8AndEndlessNestingAre400() {
    byte[] latin1 = "{\"channel\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
    HttpResponse<String> answer =
        api.send(
            api.request("/api/publish")
                .header("X-API-Key", TestApi.KEY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(latin1)));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(
            api.post("/api/publish", "{\"channel\":\"a\",\"data\":" + "[".repeat(50_000))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void bodiesOverTheLimitAre413WhetherAnnouncedOrNot() {
    // 100 KiB payload as base64, and 64 KiB beside it
    int limit = 100 * 1024 * 4 / 3 + 64 * 1024;
    String fits = "{\"channel\":\"news\",\"x\":\"" + "x".repeat(limit - 25) + "\"}";
    String larger = fits.replace("xx\"", "xxx\"");
    assertThat(fits).hasSize(limit);

    assertThat(api.post("/api/publish", fits).statusCode()).isEqualTo(200);
    assertThat(api.post("/api/publish", larger).statusCode()).isEqualTo(413);
    var chunked =
        HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(larger));
    assertThat(
            api.send(api.request("/api/publish").header("X-API-Key", TestApi.KEY).POST(chunked))
                .statusCode())
        .isEqualTo(413);
    assertThat(api.post("/api/info", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void payloadsOverTheLimitAreApplicationErrors() {
    String data = "\"" + "x".repeat(100 * 1024) + "\"";

    assertThat(api.post("/api/publish", "{\"channel\":\"a\",\"data\":" + data + "}").body())
        .contains("\"code\":107")
        .contains("a payload of 102402 bytes is larger than 100KiB");
  }

  @Test
  void aRefusedOrUncertainPublishIs503WithTheSameBody() {
    for (PublishOutcome outcome :
        List.of(
            new PublishOutcome.Refused("queue is full"), new PublishOutcome.Unknown("expired"))) {
      api.node.answer = _ -> InMemoryNode.now(outcome);
      HttpResponse<String> answer = api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(answer.body()).startsWith("{\"error\":{\"code\":100,\"message\":\"internal ser");
    }
  }

  @Test
  void whoIsRefusedIsToldWhenToComeAgainInWholeSecondsAndNotAtOnce() {
    Map<Duration, String> headers =
        Map.of(Duration.ZERO, "1", Duration.ofMillis(1_001), "2", Duration.ofSeconds(3), "3");
    headers.forEach((retryAfter, header) -> {
      api.node.answer =
          _ -> InMemoryNode.now(new PublishOutcome.Refused("breaker is open", retryAfter));
      HttpResponse<String> answer = api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains(header);
    });
  }

  @Test
  void aRejectedPublishIsABadRequest() {
    api.node.answer = _ -> InMemoryNode.now(new PublishOutcome.Rejected("no such key"));

    HttpResponse<String> answer = api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"code\":107").contains("no such key");
  }

  @Test
  void aNodeThatNeverAnswersIs503InTime() {
    api.node.answer = _ -> new CompletableFuture<>();

    HttpResponse<String> answer = api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("no answer in 1500 ms, outcome unknown");
  }

  @Test
  void aNodeThatBreaksIs503WithoutDetails() {
    api.node.answer = _ -> CompletableFuture.failedStage(new IllegalStateException("inner"));
    HttpResponse<String> late = api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");
    api.node.answer =
        _ -> {
          throw new IllegalStateException("inner");
        };
    HttpResponse<String> early = api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");

    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(early.statusCode()).isEqualTo(500);
    assertThat(late.body() + early.body()).doesNotContain("inner");
  }

  @Test
  void broadcastAnswersForEachChannelInOrder() {
    HttpResponse<String> answer =
        api.post("/api/broadcast", "{\"channels\":[\"a\",\"orders:1\",\"b\"],\"data\":{\"n\": 1}}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"result\":{\"responses\":[{\"result\":{\"offset\":1,\"epoch\":\"e1\"}},"
                + "{\"error\":{\"code\":102,\"message\":\"unknown channel: there is no namespace"
                + " 'orders'\"}},{\"result\":{\"offset\":2,\"epoch\":\"e1\"}}]}}");
    assertThat(api.node.published)
        .containsExactly(
            new Published("a", "{\"n\": 1}", Map.of()), new Published("b", "{\"n\": 1}", Map.of()));
  }

  @Test
  void broadcastIsForAtMostAThousandChannels() {
    String channels =
        IntStream.rangeClosed(0, 1000)
            .mapToObj(i -> "\"c" + i + "\"")
            .collect(Collectors.joining(","));

    assertThat(api.post("/api/broadcast", "{\"channels\":[" + channels + "],\"data\":1}").body())
        .contains("\"code\":106")
        .contains("1001 channels are more than 1000");
    assertThat(api.post("/api/broadcast", "{\"data\":1}").body()).contains("\"code\":107");
    assertThat(api.node.published).isEmpty();
  }

  @Test
  void anIdempotencyKeyPublishesOncePerChannel() {
    String body = "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"i-1\"}";
    String first = api.post("/api/publish", body).body();
    String again = api.post("/api/publish", body).body();
    api.post("/api/publish", body.replace("\"a\"", "\"b\""));
    api.post(
        "/api/broadcast", "{\"channels\":[\"a\",\"c\"],\"data\":1,\"idempotency_key\":\"i-1\"}");

    assertThat(again).isEqualTo(first);
    assertThat(api.node.published.stream().map(Published::channel)).containsExactly("a", "b", "c");
    assertThat(api.post("/api/publish", body.replace("i-1", "i".repeat(129))).body())
        .contains("an idempotency key of 129 characters is longer than 128");
  }

  @Test
  void aFailedPublishCanBeTriedAgainWithItsIdempotencyKey() {
    String body = "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"i-1\"}";
    api.node.answer = _ -> InMemoryNode.now(new PublishOutcome.Refused("queue is full"));
    assertThat(api.post("/api/publish", body).statusCode()).isEqualTo(503);
    api.node.answer = _ -> api.node.acknowledged();

    assertThat(api.post("/api/publish", body).statusCode()).isEqualTo(200);
    assertThat(api.node.published).hasSize(2);
  }

  @Test
  void channelsAreFilteredByPattern() {
    api.node.subscribers.putAll(Map.of("news", 3, "orders:1", 1, "orders:2", 2));

    assertThat(api.post("/api/channels", "{}").body())
        .isEqualTo(
            "{\"result\":{\"channels\":{\"news\":{\"num_clients\":3},\"orders:1\":{\"num_clients\":1},"
                + "\"orders:2\":{\"num_clients\":2}}}}");
    assertThat(api.post("/api/channels", "{\"pattern\":\"orders:*\"}").body())
        .isEqualTo(
            "{\"result\":{\"channels\":{\"orders:1\":{\"num_clients\":1},\"orders:2\":{\"num_clients\":2}}}}");
    assertThat(api.post("/api/channels", "{\"pattern\":\"[a-z]*\"}").body())
        .contains("\"code\":107");
  }

  @Test
  void infoDescribesTheNodesThatAnsweredAndNamesTheOthers() {
    assertThat(api.post("/api/info", "{}").body())
        .isEqualTo(
            "{\"result\":{\"nodes\":[{\"uid\":\"n1\",\"name\":\"n1\",\"version\":\"0.1.0\","
                + "\"num_clients\":3,\"num_users\":2,\"num_subs\":5,\"num_channels\":4,\"uptime\":90}],"
                + "\"live\":[{\"id\":\"n1\",\"edge\":\"ws://a:8000\",\"api\":\"http://a:9000\","
                + "\"started\":\"1970-01-01T00:00:00Z\",\"version\":\"0.1.0\"},"
                + "{\"id\":\"n2\",\"edge\":\"ws://b:8000\",\"api\":\"http://b:9000\","
                + "\"started\":\"1970-01-01T00:00:00Z\",\"version\":\"0.1.0\"}],\"missing\":[\"n2\"]}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "presence",
        "presence_stats",
      })
  void whoIsThereIsNotAvailableWhereNobodyKeepsAccount(String method) {
    HttpResponse<String> answer = api.post("/api/" + method, "{\"channel\":\"c\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":{\"code\":108,\"message\":\"not available: namespaces.default.presence is false\"}}");
  }

  @Test
  void whoIsThereIsToldByClientAndInPages() {
    for (int n = 1; n <= 3; n++) {
      ClientInfo who = new ClientInfo("u" + n, "c" + n, n == 1 ? "{\"name\":\"One\"}" : "");
      api.node.presence.enter("there:a", NamespaceConfig.of("there"), Member.of(who));
    }

    assertThat(api.post("/api/presence", "{\"channel\":\"there:a\"}").body())
        .isEqualTo(
            "{\"result\":{\"presence\":{"
                + "\"c1\":{\"client\":\"c1\",\"user\":\"u1\",\"conn_info\":{\"name\":\"One\"}},"
                + "\"c2\":{\"client\":\"c2\",\"user\":\"u2\"},"
                + "\"c3\":{\"client\":\"c3\",\"user\":\"u3\"}}}}");
    assertThat(api.post("/api/presence_stats", "{\"channel\":\"there:a\"}").body())
        .isEqualTo("{\"result\":{\"num_clients\":3,\"num_users\":3}}");
    assertThat(page("?limit=2").body())
        .isEqualTo(
            "{\"members\":[{\"client\":\"c1\",\"user\":\"u1\",\"info\":{\"name\":\"One\"}},"
                + "{\"client\":\"c2\",\"user\":\"u2\"}],\"next\":\"c2\"}");
    assertThat(page("?limit=2&after=c2").body())
        .isEqualTo("{\"members\":[{\"client\":\"c3\",\"user\":\"u3\"}]}");
    assertThat(page("?limit=0").statusCode()).isEqualTo(400);
    assertThat(page("?limit=0").body()).contains("limit: '0' is not between 1 and 10000");
  }

  private HttpResponse<String> page(String query) {
    return api.send(
        api.request("/api/v1/channels/there:a/presence" + query)
            .header("X-API-Key", TestApi.KEY)
            .GET());
  }

  @Test
  void whatDoesNotExistIs404() {
    assertThat(api.post("/api/nothing", "{}").statusCode()).isEqualTo(404);
    assertThat(api.post("/api/Publish", "{}").statusCode()).isEqualTo(404);
    assertThat(api.post("/api/publish/more", "{}").statusCode()).isEqualTo(404);
    assertThat(
            api.send(api.request("/api/publish").header("X-API-Key", TestApi.KEY).GET())
                .statusCode())
        .isEqualTo(404);
    for (String path : List.of("/nothing", "/healthy", "/health/other", "/metrics/x", "/apix")) {
      assertThat(api.get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void commandsOfTheOlderFormAreAnsweredLineByLine() {
    HttpResponse<String> answer =
        api.post(
            "/api",
            """
            {"method":"publish","params":{"channel":"a","data":{"n": 1}}}
            {"params":{"channel":"orders:1","data":2},"method":"publish"}
            {"method":"nothing"}
            {"method":"history_remove","params":null}
            {"method":"channels"}
            """);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body().lines())
        .containsExactly(
            "{\"result\":{\"offset\":1,\"epoch\":\"e1\"}}",
            "{\"error\":{\"code\":102,\"message\":\"unknown channel: there is no namespace"
                + " 'orders'\"}}",
            "{\"error\":{\"code\":104,\"message\":\"method not found\"}}",
            "{\"error\":{\"code\":108,\"message\":\"not available: the log is Kafka's; its retention"
                + " removes records\"}}",
            "{\"result\":{\"channels\":{}}}");
    assertThat(api.node.published).containsExactly(new Published("a", "{\"n\": 1}", Map.of()));
  }

  @Test
  void aSingleCommandOfTheOlderFormHasTheSameStatuses() {
    String publish = "{\"method\":\"publish\",\"params\":{\"channel\":\"a\",\"data\":1}}";
    api.node.answer = _ -> InMemoryNode.now(new PublishOutcome.Refused("queue is full"));

    assertThat(api.post("/api", publish).statusCode()).isEqualTo(503);
    assertThat(api.post("/api", publish + "\n" + publish).statusCode()).isEqualTo(200);
    assertThat(api.post("/api", "").statusCode()).isEqualTo(400);
    assertThat(api.post("/api", "{\"method\":\"info\"}".repeat(1001)).statusCode()).isEqualTo(400);
  }

  @Test
  void moreRequestsAtOnceThanTheLimitAre429() {
    try (TestApi slow = new TestApi(Map.of("SLUICE_PUBLISH_DELIVERY_TIMEOUT", "60s"))) {
      CompletableFuture<PublishOutcome> later = new CompletableFuture<>();
      slow.node.answer = _ -> later;
      List<CompletableFuture<HttpResponse<String>>> waiting =
          IntStream.range(0, Turns.MOST)
              .mapToObj(_ -> slow.postLater("/api/publish", "{\"channel\":\"a\",\"data\":1}"))
              .toList();
      Awaitility.await().until(() -> slow.node.published.size() == Turns.MOST);

      HttpResponse<String> oneMore = slow.post("/api/info", "{}");
      assertThat(oneMore.statusCode()).isEqualTo(429);
      assertThat(oneMore.headers().firstValue("Retry-After")).contains("1");
      assertThat(slow.get("/health/live").statusCode()).isEqualTo(200);
      later.complete(new PublishOutcome.Refused("enough"));
      waiting.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(503));
      assertThat(slow.post("/api/info", "{}").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theConnectionEndsWhenTheClientAsksForIt() throws IOException {
    for (String path : List.of("/health/live", "/nothing", "/metrics")) {
      // raw() reads until the server closes
      assertThat(api.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"))
          .startsWith("HTTP/1.1 ");
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    var config =
        ConfigLoader.parse(
            TestApi.YAML, Map.of("SLUICE_API_PORT", "" + api.server.port()), Map.of());
    ApiServer second =
        new ApiServer(
            config.api(),
            config.publish(),
            new io.sluice.gateway.config.Namespaces(config.namespaces(), 255),
            api.node,
            api.questions,
            () -> api.health,
            api.metrics,
            Optional.empty(),
            (_, _) -> CompletableFuture.completedFuture(404),
            64 << 10,
            () -> new ConsoleSession("", "", ""));

    assertThatThrownBy(second::start)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("api.port: cannot listen on 127.0.0.1:" + api.server.port());
    second.close();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    api.server.close();
    api.server.close();

    assertThat(api.server.port()).isEqualTo(-1);
  }

  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
