package io.sluice.gateway.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Health as metrics.
public final class HealthMetrics {
  private final MeterRegistry registry;
  private final Supplier<HealthReport> health;

  private HealthMetrics(MeterRegistry registry, Supplier<HealthReport> health) {
    this.registry = registry;
    this.health = health;
  }

  /// Shows the checks and breakers that there are now.
  ///
  /// @param health the newest report; must not wait
  public static void bind(MeterRegistry registry, Supplier<HealthReport> health) {
    HealthMetrics metrics = new HealthMetrics(registry, health);
    metrics.gauge(
        "sluice.ready",
        "1 while the node should get new clients, else 0",
        report -> report.ready() ? 1 : 0);
    metrics.gauge(
        "sluice.live",
        "1 unless the node should be started anew, else 0",
        report -> report.live() ? 1 : 0);
    HealthReport now = health.get();
    now.checks().forEach(check -> metrics.check(check.name()));
    now.breakers().forEach(breaker -> metrics.breaker(breaker.name()));
  }

  private void check(String name) {
    Function<HealthReport, Optional<HealthCheck>> find =
        report -> report.checks().stream().filter(it -> it.name().equals(name)).findFirst();
    for (HealthCheck.State state : HealthCheck.State.values()) {
      gauge(
          "sluice.health",
          "1 for the state that a check is in, else 0",
          report -> find.apply(report).filter(it -> it.state() == state).isPresent() ? 1 : 0,
          "check",
          name,
          "state",
          state.label());
    }
    gauge(
        "sluice.health.since.seconds",
        "When the state that a check is in began, as Unix time",
        report -> find.apply(report).map(HealthCheck::since).map(HealthMetrics::unix).orElse(0.0),
        "check",
        name);
  }

  private void breaker(String name) {
    Function<HealthReport, Optional<Breaker>> find =
        report -> report.breakers().stream().filter(it -> it.name().equals(name)).findFirst();
    gauge(
        "sluice.breaker.since.seconds",
        "Since when a breaker is closed, or is not, as Unix time",
        report -> find.apply(report).map(Breaker::since).map(HealthMetrics::unix).orElse(0.0),
        "breaker",
        name);
  }

  private void gauge(
      String name, String meaning, ToDoubleFunction<HealthReport> value, String... tags) {
    Gauge.builder(name, () -> value.applyAsDouble(health.get()))
        .description(meaning)
        .tags(tags)
        .register(registry);
  }

  private static double unix(Instant at) {
    return at.toEpochMilli() / 1e3;
  }
}
