package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.health.Breaker;
import io.sluice.gateway.health.HealthCheck;
import io.sluice.gateway.health.HealthReport;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Health and metrics.
final class OperationsPagesTest {
  private final TestApi api = new TestApi();

  @AfterEach
  void close() {
    api.close();
  }

  private static HealthReport report(boolean live, boolean started, HealthCheck... checks) {
    return new HealthReport(live, started, List.of(checks), List.of());
  }

  private static HealthCheck check(String name, HealthCheck.State state, String detail) {
    return new HealthCheck(name, state, Instant.parse("2026-03-01T10:00:00Z"), detail);
  }

  private JsonNode body(String path) throws Exception {
    return new ObjectMapper().readTree(api.get(path).body());
  }

  @Test
  void eachProbeAnswersItsOwnQuestionWithDetailsAndNeedsNoKey() throws Exception {
    HealthCheck kafka = check("kafka", HealthCheck.State.DOWN, "does not answer");
    api.health = report(true, true, kafka, check("loops", HealthCheck.State.UP, ""));

    JsonNode live = body("/health/live");
    assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(live.path("status").asText()).isEqualTo("up");
    assertThat(live.path("details").path("kafka").asText())
        .isEqualTo("down since 2026-03-01T10:00:00Z: does not answer");
    assertThat(live.path("checks").path("kafka"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"state":"down","since":"2026-03-01T10:00:00Z","detail":"does not answer"}\
                    """));
    assertThat(live.path("checks").path("loops").path("state").asText()).isEqualTo("up");
    assertThat(api.get("/health/ready").statusCode()).isEqualTo(503);
    assertThat(body("/health/ready").path("status").asText()).isEqualTo("down");
    assertThat(api.get("/health/started").statusCode()).isEqualTo(200);

    api.health = report(false, false);
    assertThat(api.get("/health/live").statusCode()).isEqualTo(503);
    assertThat(api.get("/health/started").statusCode()).isEqualTo(503);
  }

  @Test
  void healthAsAWholeIsUpDegradedOrDown() throws Exception {
    HealthCheck redis = check("redis", HealthCheck.State.DEGRADED, "connection lost");
    Breaker breaker =
        new Breaker(
            "redis", Breaker.State.OPEN, Instant.parse("2026-03-01T10:00:00Z"), "connection lost");
    assertThat(body("/health").path("status").asText()).isEqualTo("up");

    api.health = new HealthReport(true, true, List.of(redis), List.of(breaker));
    JsonNode degraded = body("/health");
    assertThat(api.get("/health").statusCode()).isEqualTo(200);
    assertThat(api.get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(degraded.path("status").asText()).isEqualTo("degraded");
    assertThat(degraded.path("breakers").path("redis").path("state").asText()).isEqualTo("open");
    assertThat(degraded.path("breakers").path("redis").path("since").asText())
        .isEqualTo("2026-03-01T10:00:00Z");

    api.health = report(true, false, check("tailing", HealthCheck.State.DOWN, "catching up"));
    assertThat(api.get("/health").statusCode()).isEqualTo(503);
    assertThat(body("/health").path("status").asText()).isEqualTo("down");
  }

  @Test
  void metricsAreInPrometheusTextUnlessOpenMetricsIsAskedFor() {
    api.metrics.counter("sluice.test").increment();

    HttpResponse<String> text = api.get("/metrics");
    assertThat(text.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.body()).contains("sluice_test_total 1.0").doesNotContain("# EOF");

    HttpResponse<String> open =
        api.send(
            api.request("/metrics")
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"));
    assertThat(open.headers().firstValue("Content-Type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void requestsAreCountedByRouteAndStatus() {
    api.post("/api/publish", "{\"channel\":\"a\",\"data\":1}");
    api.post("/api/publish", "");
    api.get("/health/live?token=x");
    api.get("/some/where");

    Awaitility.await()
        .untilAsserted(() ->
            assertThat(api.get("/metrics").body())
                .contains("sluice_api_requests_seconds_count{route=\"publish\",status=\"200\"} 1")
                .contains("sluice_api_requests_seconds_count{route=\"publish\",status=\"400\"} 1")
                .contains("sluice_api_requests_seconds_count{route=\"health\",status=\"200\"} 1")
                .contains("sluice_api_requests_seconds_count{route=\"other\",status=\"404\"} 1"));
  }
}
