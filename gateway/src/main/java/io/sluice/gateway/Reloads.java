package io.sluice.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.ConfigChange;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.config.ReloadPlan;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes another configuration over while the node runs: all of what can be, or, when anything is
/// wrong with it, nothing. For any thread.
final class Reloads {
  private static final Logger log = LoggerFactory.getLogger(Reloads.class);

  private final LiveConfig live;
  private final Function<GatewayConfig, Optional<String>> problem;
  private final Map<Outcome, Counter> counts = new EnumMap<>(Outcome.class);
  private volatile int waiting;

  /// What came of it.
  enum Outcome {
    TAKEN,
    UNCHANGED,
    REFUSED
  }

  /// @param problem why this node cannot have a configuration, if it cannot
  Reloads(
      LiveConfig live, Function<GatewayConfig, Optional<String>> problem, MeterRegistry metrics) {
    this.live = live;
    this.problem = problem;
    for (Outcome outcome : Outcome.values()) {
      counts.put(
          outcome,
          Counter.builder("sluice.config.reloads")
              .description(
                  "Readings of the configuration: something was taken over, nothing had changed, or it is not good and was refused")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(metrics));
    }
    Gauge.builder("sluice.config.restart.needed", () -> waiting)
        .description("Keys whose values in the file need a restart")
        .register(metrics);
  }

  /// Reads and takes over.
  synchronized Outcome reload(Supplier<GatewayConfig> reading) {
    Outcome outcome;
    try {
      outcome = take(ReloadPlan.of(live.now(), reading.get()));
    } catch (ConfigException e) {
      e.problems()
          .forEach(it -> log.error("the configuration is not taken over problem=\"{}\"", it));
      outcome = Outcome.REFUSED;
    }
    Objects.requireNonNull(counts.get(outcome)).increment();
    return outcome;
  }

  private Outcome take(ReloadPlan plan) {
    TokenVerifier.check(plan.next().tokens());
    Optional<String> impossible = problem.apply(plan.next());
    if (impossible.isPresent()) {
      throw new ConfigException(List.of(impossible.get()));
    }
    if (!plan.taken().isEmpty()) {
      live.take(plan.next());
    }
    for (ConfigChange change : plan.taken()) {
      log.info("configuration changed {}", change);
    }
    for (ConfigChange change : plan.waiting()) {
      log.warn("needs a restart: {}", change);
    }
    waiting = plan.waiting().size();
    return plan.taken().isEmpty() ? Outcome.UNCHANGED : Outcome.TAKEN;
  }
}
