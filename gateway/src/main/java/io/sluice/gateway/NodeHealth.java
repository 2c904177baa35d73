package io.sluice.gateway;

import io.sluice.broker.BrokerBridge;
import io.sluice.gateway.api.HealthReport;
import io.sluice.gateway.config.RedisConfig;
import io.sluice.gateway.edge.Overload;
import io.sluice.session.SessionStore;
import io.sluice.session.StoreHealth;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// How this node is. Kafka or Redis being away makes it degraded, not unready: all nodes would
/// leave the balancer together. For any thread; never waits.
final class NodeHealth {
  private final BrokerBridge bridge;
  private final SessionStore sessions;
  private final boolean shared;
  private final Overload overload;
  private final BooleanSupplier draining;

  NodeHealth(
      BrokerBridge bridge,
      SessionStore sessions,
      RedisConfig redis,
      Overload overload,
      BooleanSupplier draining) {
    this.bridge = bridge;
    this.sessions = sessions;
    this.shared = !redis.uri().isEmpty();
    this.overload = overload;
    this.draining = draining;
  }

  /// Whether it should get new connections.
  boolean ready() {
    return !draining.getAsBoolean() && bridge.caughtUp() && bridge.tailing();
  }

  HealthReport report() {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("kafka", bridge.reachable() ? "up" : "degraded: does not answer");
    details.put("tailing", tailing());
    details.put("redis", redis());
    details.put("load", overload.report());
    details.put("draining", draining.getAsBoolean() ? "yes" : "no");
    return new HealthReport(bridge.tailing(), ready(), bridge.caughtUp(), details);
  }

  private String tailing() {
    return !bridge.tailing() ? "stopped" : bridge.caughtUp() ? "caught up" : "catching up";
  }

  private String redis() {
    if (!shared) {
      return "not configured: sessions are known to this node only";
    }
    return switch (sessions.health()) {
      case StoreHealth.Healthy _ -> "up";
      case StoreHealth.Degraded d -> "degraded since " + d.since() + ": " + d.reason();
    };
  }
}
