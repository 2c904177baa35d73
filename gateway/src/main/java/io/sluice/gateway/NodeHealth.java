package io.sluice.gateway;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.TailedPartition;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.edge.Overload;
import io.sluice.gateway.health.Breaker;
import io.sluice.gateway.health.Changes;
import io.sluice.gateway.health.Hang;
import io.sluice.gateway.health.HealthCheck;
import io.sluice.gateway.health.HealthCheck.State;
import io.sluice.gateway.health.HealthReport;
import io.sluice.gateway.health.KafkaCheck;
import io.sluice.gateway.health.TailingCheck;
import io.sluice.gateway.health.TailingCheck.Reading;
import io.sluice.gateway.health.Watched;
import io.sluice.session.SessionStore;
import io.sluice.session.StoreHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// How this node is. Redis being away makes it degraded, not unready, and so does Kafka for a long
/// time: all nodes would leave the balancer together. For any thread; never waits for either.
final class NodeHealth {
  private final BrokerBridge bridge;
  private final Collection<String> namespaces;
  private final SessionStore sessions;
  private final boolean shared;
  private final Overload overload;
  private final BooleanSupplier leaving;
  private final BooleanSupplier accepts;
  private final Supplier<List<Hang>> hangs;
  private final Supplier<List<Breaker>> breakers;
  private final TailingCheck tailing;
  private final KafkaCheck kafka; // under the monitor
  private final Changes changes = new Changes(Clock.systemUTC());
  private volatile HealthReport last;

  /// @param leaving whether it wants no new clients
  /// @param accepts whether the edge takes sockets
  /// @param hangs threads that do not go on
  /// @param breakers those there are, always the same ones; must not wait
  NodeHealth(
      GatewayConfig config,
      BrokerBridge bridge,
      SessionStore sessions,
      Overload overload,
      BooleanSupplier leaving,
      BooleanSupplier accepts,
      Supplier<List<Hang>> hangs,
      Supplier<List<Breaker>> breakers) {
    this.bridge = bridge;
    this.namespaces = List.copyOf(config.namespaces().keySet());
    this.sessions = sessions;
    this.shared = !config.redis().uri().isEmpty();
    this.overload = overload;
    this.leaving = leaving;
    this.accepts = accepts;
    this.hangs = hangs;
    this.breakers = breakers;
    this.tailing = new TailingCheck(config.kafka().readyLag());
    this.kafka = new KafkaCheck(config.kafka().readyGrace(), System.nanoTime());
    this.last = look();
  }

  /// Whether it should get new connections, as of the last look; for event loops, too.
  boolean ready() {
    return !leaving.getAsBoolean() && last.ready();
  }

  /// The last look, a moment ago.
  HealthReport last() {
    return last;
  }

  /// Looks at everything.
  HealthReport look() {
    List<Hang> hung = hangs.get();
    HealthReport report =
        new HealthReport(
            bridge.tailing() && hung.isEmpty(),
            bridge.caughtUp(),
            List.of(
                kafka(),
                tailing(of(hung, Watched.Kind.TAILER)),
                redis(),
                loops(of(hung, Watched.Kind.LOOP)),
                changes.check(
                    "load", overload.refuses() ? State.DEGRADED : State.UP, overload.report()),
                accepts.getAsBoolean()
                    ? changes.check("edge", State.UP, "accepts")
                    : changes.check("edge", State.DOWN, "does not accept"),
                leaving.getAsBoolean()
                    ? changes.check("draining", State.DOWN, "yes")
                    : changes.check("draining", State.UP, "no")),
            breakers.get());
    last = report;
    return report;
  }

  private static List<Hang> of(List<Hang> all, Watched.Kind kind) {
    return all.stream().filter(hang -> hang.kind() == kind).toList();
  }

  private HealthCheck kafka() {
    KafkaCheck.Verdict verdict;
    synchronized (kafka) {
      verdict = kafka.look(bridge.reachable(), System.nanoTime());
    }
    return changes.check("kafka", verdict.state(), verdict.detail());
  }

  private HealthCheck tailing(List<Hang> hung) {
    if (!hung.isEmpty()) {
      return changes.check("tailing", State.DOWN, describe(hung));
    }
    Duration answering;
    synchronized (kafka) {
      answering = kafka.answering(System.nanoTime());
    }
    KafkaCheck.Verdict verdict = tailing.look(reading(), answering);
    return changes.check("tailing", verdict.state(), verdict.detail());
  }

  private Reading reading() {
    Duration latest = Duration.ZERO;
    String where = "";
    int resting = 0;
    for (String namespace : namespaces) {
      for (TailedPartition partition : partitions(namespace)) {
        if (partition.resting()) {
          resting++;
          continue;
        }
        Duration late = partition.late();
        if (late.compareTo(latest) > 0) {
          latest = late;
          where = partition.toString();
        }
      }
    }
    return new Reading(bridge.tailing(), bridge.caughtUp(), latest, where, resting);
  }

  private List<TailedPartition> partitions(String namespace) {
    try {
      return bridge.partitions(namespace);
    } catch (IllegalArgumentException _) {
      return List.of(); // it is closed, and has forgotten them
    }
  }

  private HealthCheck redis() {
    if (!shared) {
      return changes.check(
          "redis", State.UP, "not configured: sessions are known to this node only");
    }
    return switch (sessions.health()) {
      case StoreHealth.Healthy h -> new HealthCheck("redis", State.UP, h.since(), "");
      case StoreHealth.Degraded d ->
          new HealthCheck("redis", State.DEGRADED, d.since(), d.reason());
    };
  }

  private HealthCheck loops(List<Hang> hung) {
    return hung.isEmpty()
        ? changes.check("loops", State.UP, "")
        : changes.check("loops", State.DOWN, describe(hung));
  }

  private static String describe(List<Hang> hung) {
    Hang first = hung.getFirst();
    return "%s does not go on%s"
        .formatted(
            first.thread(), hung.size() == 1 ? "" : ", and %d more".formatted(hung.size() - 1));
  }
}
