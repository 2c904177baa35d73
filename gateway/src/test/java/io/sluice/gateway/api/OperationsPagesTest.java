package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
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

  @Test
  void eachProbeAnswersItsOwnQuestionWithDetailsAndNeedsNoKey() {
    api.health = new HealthReport(true, false, true, Map.of("kafka", "away for 3 s"));

    HttpResponse<String> live = api.get("/health/live");
    HttpResponse<String> ready = api.get("/health/ready");
    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(live.body())
        .isEqualTo("{\"status\":\"up\",\"details\":{\"kafka\":\"away for 3 s\"}}");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).startsWith("{\"status\":\"down\"");
    assertThat(api.get("/health/started").statusCode()).isEqualTo(200);

    api.health = new HealthReport(false, false, false, Map.of());
    assertThat(api.get("/health/live").statusCode()).isEqualTo(503);
    assertThat(api.get("/health/started").statusCode()).isEqualTo(503);
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
