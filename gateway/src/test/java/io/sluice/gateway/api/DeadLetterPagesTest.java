package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.DeadLetterReason;
import io.sluice.broker.DeadLetterReport;
import io.sluice.broker.RecordPlace;
import io.sluice.broker.RecordPrint;
import io.sluice.broker.StoredLetter;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class DeadLetterPagesTest {
  private static final TestApi API = new TestApi();

  @AfterAll
  static void close() {
    API.close();
  }

  @Test
  void tellsHowManyThereAreAndTheNewestWithoutKeysAndPayloads() {
    API.node.deadLetters =
        new DeadLetterReport.Known(
            List.of(
                new DeadLetterReport.Count("orders", "shop", DeadLetterReason.MISPLACED, 2),
                new DeadLetterReport.Count("orders", "shop", DeadLetterReason.NO_KEY, 1)),
            List.of(letter(9), letter(8)),
            4,
            true);
    HttpResponse<String> all = get("/api/v1/dead-letters", TestApi.KEY);
    assertThat(all.statusCode()).isEqualTo(200);
    assertThat(all.body())
        .startsWith(
            "{\"total\":3,\"complete\":true,\"redriven\":4,\"counts\":["
                + "{\"topic\":\"orders\",\"namespace\":\"shop\",\"reason\":\"misplaced\",\"count\":2},"
                + "{\"topic\":\"orders\",\"namespace\":\"shop\",\"reason\":\"no-key\",\"count\":1}]")
        .contains(
            "\"newest\":[{\"topic\":\"orders\",\"partition\":1,\"offset\":9,\"namespace\":\"shop\","
                + "\"reason\":\"misplaced\",\"detail\":\"in partition 1\","
                + "\"time\":\"1970-01-01T00:00:09Z\",\"key_size\":2,\"value_size\":7},");
    assertThat(get("/api/v1/dead-letters?limit=1", TestApi.KEY).body())
        .contains("\"offset\":9")
        .doesNotContain("\"offset\":8");
  }

  @Test
  void saysWhatCannotBeAnswered() {
    for (String limit : List.of("101", "-1", "x")) {
      HttpResponse<String> wrong = get("/api/v1/dead-letters?limit=" + limit, TestApi.KEY);
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("'limit' is not a whole number from 0 to 100");
    }
    assertThat(get("/api/v1/dead-letters", "wrong").statusCode()).isEqualTo(401);
    API.node.deadLetters = new DeadLetterReport.Unread("Kafka does not answer");
    HttpResponse<String> away = get("/api/v1/dead-letters", TestApi.KEY);
    assertThat(away.statusCode()).isEqualTo(503);
    assertThat(away.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(away.headers().firstValue("Retry-After")).isPresent();
  }

  private static StoredLetter letter(int offset) {
    return new StoredLetter(
        new RecordPlace("orders", 1, offset),
        DeadLetterReason.MISPLACED,
        "in partition 1",
        "shop",
        Instant.ofEpochSecond(offset),
        2,
        7,
        new RecordPrint(0));
  }

  private static HttpResponse<String> get(String path, String key) {
    return API.send(API.request(path).header("X-API-Key", key).GET());
  }
}
