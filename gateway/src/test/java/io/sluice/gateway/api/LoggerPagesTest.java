package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Levels that operators ask for.
final class LoggerPagesTest {
  private static final TestApi API = new TestApi();
  private static final String NAME = "io.sluice.gateway.api.some";
  private static final String PATH = "/api/v1/loggers";

  private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);

  @AfterAll
  static void close() {
    API.close();
  }

  private static HttpResponse<String> call(String verb, String path, String body) {
    return API.send(
        API.request(path)
            .header("X-API-Key", TestApi.KEY)
            .method(verb, BodyPublishers.ofString(body)));
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body());
  }

  @Test
  void aLoggerHasAnotherLevelForTenMinutesUnlessSaidOtherwise() throws Exception {
    HttpResponse<String> answer = call("PUT", PATH + "/" + NAME, "{\"level\":\"trace\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer).path("logger").asText()).isEqualTo(NAME);
    assertThat(json(answer).path("level").asText()).isEqualTo("trace");
    assertThat(Instant.parse(json(answer).path("until").asText()))
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(9)), Instant.now().plus(Duration.ofMinutes(10)));
    assertThat(logger.getLevel()).isEqualTo(Level.TRACE);
    assertThat(json(call("GET", PATH, "")).path("loggers").findValuesAsText("logger"))
        .contains(NAME, "root");

    assertThat(call("DELETE", PATH + "/" + NAME, "").statusCode()).isEqualTo(204);
    assertThat(logger.getLevel()).isNull();
    assertThat(call("DELETE", PATH + "/" + NAME, "").statusCode()).isEqualTo(404);
    assertThat(json(call("GET", PATH, "")).path("loggers").findValuesAsText("logger"))
        .doesNotContain(NAME);
  }

  @Test
  void whatMakesNoSenseIsRefusedAndChangesNothing() {
    for (String body :
        List.of(
            "",
            "{}",
            "{\"level\":\"loud\"}",
            "{\"level\":3}",
            "{\"level\":\"debug\",\"seconds\":0}",
            "{\"level\":\"debug\",\"seconds\":3601}",
            "{\"level\":\"debug\",\"seconds\":1e300}",
            "{\"level\":\"debug\",\"seconds\":\"60\"}")) {
      assertThat(call("PUT", PATH + "/" + NAME, body).statusCode()).as(body).isEqualTo(400);
    }
    assertThat(logger.getLevel()).isNull();
    assertThat(call("PUT", PATH + "/no.such.logger", "{\"level\":\"debug\"}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void withoutTheKeyNothingChanges() {
    assertThat(
            API.send(
                    API.request(PATH + "/" + NAME)
                        .PUT(BodyPublishers.ofString("{\"level\":\"trace\"}")))
                .statusCode())
        .isEqualTo(401);
    assertThat(logger.getLevel()).isNull();
  }
}
