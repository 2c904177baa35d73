package io.sluice.gateway.api;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts and times every request in the metric `sluice.api.requests` (tags `route`, one of a fixed
/// set, and `status`) and writes it to the log at DEBUG, without its query string, which may hold
/// secrets.
final class AccessLog implements Filter {
  private static final Logger LOG = LoggerFactory.getLogger("io.sluice.gateway.api.access");
  private static final String METRIC = "sluice.api.requests";

  private final MeterRegistry metrics;

  AccessLog(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long start = System.nanoTime();
    String path = request.prologue().uriPath().rawPath();
    response.whenSent(() -> {
      int status = response.status().code();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      metrics.timer(METRIC, "route", route(path), "status", Integer.toString(status)).record(took);
      LOG.debug(
          "request method={} path={} status={} micros={}",
          request.prologue().method().text(),
          path,
          status,
          took.toNanos() / 1000);
    });
    chain.proceed();
  }

  private static String route(String path) {
    if (path.equals("/api")) {
      return "commands";
    }
    if (path.startsWith(Resources.PATH + "/")) {
      return "resources";
    }
    if (path.startsWith("/api/")) {
      return Method.named(path.substring("/api/".length()))
          .map(method -> method.text)
          .orElse("other");
    }
    if (path.equals(HealthPages.PATH) || path.startsWith(HealthPages.PATH + "/")) {
      return "health";
    }
    if (path.startsWith("/console")) {
      return "console";
    }
    return path.equals("/metrics") ? "metrics" : "other";
  }
}
