package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.HistoryQuery.Order;
import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /api/history` and `GET /api/v1/channels/NAME`.
final class HistoryApiTest {
  private final TestApi api = new TestApi();

  @AfterEach
  void close() {
    api.close();
  }

  private static Publication publication(long offset, PayloadKind kind, String data) {
    return new Publication(
        "k",
        offset,
        9,
        kind,
        Optional.of(data.getBytes(StandardCharsets.UTF_8)),
        new KeptHeaders(Map.of("colour", "red"), "", ""));
  }

  @Test
  void publicationsAreGivenAsTheyWereProduced() {
    api.node.past =
        new History.Page(
            new Position("e1", 7),
            List.of(
                publication(3, PayloadKind.JSON, "{\"n\":\n 1.50}"),
                publication(4, PayloadKind.TEXT, "ü"),
                publication(5, PayloadKind.BINARY, "ab")));

    var answer =
        api.post(
            "/api/history",
            "{\"channel\":\"a\",\"limit\":10,\"since\":{\"offset\":2,\"epoch\":\"e1\"}}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"result\":{\"publications\":["
                + "{\"data\":{\"n\": 1.50},\"offset\":3,\"time\":9,\"tags\":{\"colour\":\"red\"}},"
                + "{\"data\":\"ü\",\"offset\":4,\"time\":9,\"tags\":{\"colour\":\"red\"}},"
                + "{\"data\":\"YWI=\",\"offset\":5,\"time\":9,\"tags\":{\"colour\":\"red\"}}],"
                + "\"offset\":7,\"epoch\":\"e1\"}}");
    assertThat(api.node.asked)
        .containsExactly(new HistoryQuery(Optional.of(new Position("e1", 2)), 10, Order.FORWARD));
  }

  @Test
  void withoutALimitOnlyThePositionIsTold() {
    assertThat(api.post("/api/history", "{\"channel\":\"a\",\"reverse\":true}").body())
        .isEqualTo("{\"result\":{\"publications\":[],\"offset\":7,\"epoch\":\"e1\"}}");
    assertThat(api.node.asked)
        .containsExactly(new HistoryQuery(Optional.empty(), 0, Order.REVERSE));
  }

  @Test
  void whatCannotBeHadIsAnError() {
    api.node.past = new History.Unrecoverable();
    assertThat(api.post("/api/history", "{\"channel\":\"a\"}").body()).contains("\"code\":112");
    api.node.past = new History.Busy();
    assertThat(api.post("/api/history", "{\"channel\":\"a\"}").body()).contains("\"code\":111");
    api.node.past = new History.Unanswered();
    assertThat(api.post("/api/history", "{\"channel\":\"a\"}").statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"channel\":\"a\",\"limit\":\"1\"}",
        "{\"channel\":\"a\",\"since\":1}",
        "{\"channel\":\"a\",\"since\":{\"offset\":-1}}",
        "{\"channel\":\"a\",\"reverse\":1}",
      })
  void whatIsNoQuestionIs400(String body) {
    assertThat(api.post("/api/history", body).statusCode()).isEqualTo(400);
  }

  @Test
  void anUnknownNamespaceIsError102() {
    assertThat(api.post("/api/history", "{\"channel\":\"x:a\"}").body())
        .contains("\"code\":102", "there is no namespace 'x'");
  }

  private HttpResponse<String> get(String path) {
    return api.send(api.request(path).header("X-API-Key", TestApi.KEY).GET());
  }

  @Test
  void aChannelIsAResource() {
    api.node.subscribers.put("words:a/b", 3);
    var answer = get("/api/v1/channels/words:a/b");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"name\":\"words:a/b\",\"namespace\":\"words\",\"clients\":3,\"partition\":2,\"epoch\":\"e1\",\"offset\":7,\"horizon\":100000}");
  }

  @ParameterizedTest
  @CsvSource({"x:a,there is no namespace 'x'", "numbers:a,''", "default:a,''"})
  void whatIsNoChannelIs404WithAReason(String name, String detail) {
    var answer = get("/api/v1/channels/" + name);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body()).contains("\"status\":404", detail);
  }

  @Test
  void withoutTheKeyItIs401() {
    var answer = api.send(api.request("/api/v1/channels/a").GET());
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("X-API-Key");
  }
}
