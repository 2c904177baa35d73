package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// `/health/live`, `/health/ready`, `/health/started`: 200 or 503, and the details for people.
final class HealthPages implements HttpService {
  private final Supplier<HealthReport> health;

  HealthPages(Supplier<HealthReport> health) {
    this.health = health;
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/live", (_, response) -> answer(response, HealthReport::live))
        .get("/ready", (_, response) -> answer(response, HealthReport::ready))
        .get("/started", (_, response) -> answer(response, HealthReport::started));
  }

  private void answer(ServerResponse response, Predicate<HealthReport> question) {
    HealthReport report = health.get();
    boolean up = question.test(report);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("status", up ? "up" : "down");
    ObjectNode details = body.putObject("details");
    report.details().forEach(details::put);
    Json.send(response, up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503, body);
  }
}
