package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import io.sluice.gateway.health.HealthReport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// `/health/live`, `/health/ready`, `/health/started`: 200 or 503, `status` as `up` or `down`, and
/// everything that was looked at. `/health` is up when both live and ready are, and its `status`
/// may be `degraded` then.
final class HealthPages implements HttpService {
  static final String PATH = "/health";

  private final Supplier<HealthReport> health;

  HealthPages(Supplier<HealthReport> health) {
    this.health = health;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/", (_, response) -> answer(response))
        .get("/live", (_, response) -> answer(response, HealthReport::live))
        .get("/ready", (_, response) -> answer(response, HealthReport::ready))
        .get("/started", (_, response) -> answer(response, HealthReport::started));
  }

  private void answer(ServerResponse response) {
    HealthReport report = health.get();
    boolean up = report.live() && report.ready();
    send(response, report, up, up && report.degraded() ? "degraded" : up ? "up" : "down");
  }

  private void answer(ServerResponse response, Predicate<HealthReport> question) {
    HealthReport report = health.get();
    boolean up = question.test(report);
    send(response, report, up, up ? "up" : "down");
  }

  private static void send(ServerResponse response, HealthReport report, boolean up, String word) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("status", word);
    body.set("details", report.details());
    body.setAll(report.toJson());
    Json.send(response, up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503, body);
  }
}
