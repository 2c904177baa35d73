package io.sluice.gateway.api;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;

/// `/metrics`: Prometheus text, or OpenMetrics when asked for.
final class MetricsPage implements Handler {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String OPEN_METRICS =
      "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry;

  MetricsPage(PrometheusMeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    boolean open =
        request
            .headers()
            .first(HeaderNames.ACCEPT)
            .filter(accept -> accept.contains("application/openmetrics-text"))
            .isPresent();
    String type = open ? OPEN_METRICS : TEXT;
    response
        .header(HeaderNames.CONTENT_TYPE, type)
        .send(registry.scrape(type).getBytes(StandardCharsets.UTF_8));
  }
}
