package io.sluice.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.logs.NodeLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class RecentErrorsTest {
  private final Logger log = LoggerFactory.getLogger(RecentErrorsTest.class);
  private final RecentErrors errors = RecentErrors.listening(NodeLog::masked);

  @AfterEach
  void close() {
    errors.close();
  }

  @Test
  void eachPhraseIsThereOnceWithItsNewestLineTheNewestFirst() {
    log.warn("a window is small partition={} bytes={}", 3, 10);
    log.error("a part broke");
    log.info("all is well");
    log.warn("a window is small partition={} bytes={}", 4, 20);

    JsonNode all = errors.toJson();
    assertThat(all).hasSize(2);
    assertThat(all.get(0).path("message").asText())
        .isEqualTo("a window is small partition=4 bytes=20");
    assertThat(all.get(0).path("count").asInt()).isEqualTo(2);
    assertThat(all.get(0).path("level").asText()).isEqualTo("WARN");
    assertThat(all.get(1).path("message").asText()).isEqualTo("a part broke");
  }

  @Test
  void whatClientsChoseAndWhatExceptionsSayIsNotThere() {
    log.warn(
        "publish failed channel={} bytes={} reason=\"{}\"",
        "secret:room",
        7,
        "full",
        new IllegalStateException("payload 4711"));

    JsonNode one = errors.toJson().get(0);
    assertThat(one.path("message").asText())
        .isEqualTo("publish failed channel=… bytes=7 reason=\"full\"");
    assertThat(one.path("cause").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(one.toString()).doesNotContain("secret", "4711");
  }

  /// Whoever wrote it, and wherever the line is cut.
  @Test
  void whatLooksLikeASecretIsNotThere() {
    LoggerFactory.getLogger("org.example.Library")
        .warn("cannot reach redis://ann:pw-1@redis:6379, password=pw-2");
    String before = "x".repeat(RecentErrors.LONGEST - 55);
    log.warn(
        "an answer was not understood answer=\"{}\"",
        before + " eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.s1gn-atur3");

    assertThat(errors.toJson().get(1).path("message").asText())
        .isEqualTo("cannot reach redis://***@redis:6379, password=***");
    assertThat(errors.toJson().get(0).path("message").asText())
        .startsWith("an answer was not understood answer=\"x")
        .doesNotContain("eyJ");
  }

  @Test
  void onlySoManyAndSoMuchOfEach() {
    for (int i = 0; i < 3 * RecentErrors.MOST; i++) {
      log.warn("phrase " + i + " " + "x".repeat(1_000));
    }
    JsonNode all = errors.toJson();
    assertThat(all).hasSize(RecentErrors.MOST);
    assertThat(all.get(0).path("message").asText())
        .startsWith("phrase " + (3 * RecentErrors.MOST - 1))
        .hasSize(RecentErrors.LONGEST + 1);
  }
}
