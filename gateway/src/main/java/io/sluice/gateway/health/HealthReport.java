package io.sluice.gateway.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// How the node is at one moment.
///
/// @param live it works or can recover by itself; Kafka and Redis play no part
/// @param started it has caught up once
/// @param checks what was looked at, in a fixed order
/// @param breakers those there are
public record HealthReport(
    boolean live, boolean started, List<HealthCheck> checks, List<Breaker> breakers) {
  public HealthReport {
    checks = List.copyOf(checks);
    breakers = List.copyOf(breakers);
  }

  /// Whether it should get new connections.
  public boolean ready() {
    return checks.stream().noneMatch(check -> check.state() == HealthCheck.State.DOWN);
  }

  /// Whether it does without something.
  public boolean degraded() {
    return checks.stream().anyMatch(check -> check.state() != HealthCheck.State.UP);
  }

  /// All of it, but for whether it is up, which depends on who asks.
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("live", live).put("ready", ready()).put("started", started);
    json.put("degraded", degraded());
    ObjectNode all = json.putObject("checks");
    for (HealthCheck check : checks) {
      all.putObject(check.name())
          .put("state", check.state().label())
          .put("since", at(check.since()))
          .put("detail", check.detail());
    }
    ObjectNode each = json.putObject("breakers");
    for (Breaker breaker : breakers) {
      each.putObject(breaker.name())
          .put("state", breaker.state().label())
          .put("since", at(breaker.since()))
          .put("cause", breaker.cause());
    }
    return json;
  }

  private static String at(Instant since) {
    return since.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /// A line for each check, by name, for people.
  public ObjectNode details() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    checks.forEach(check -> json.put(check.name(), check.text()));
    return json;
  }
}
