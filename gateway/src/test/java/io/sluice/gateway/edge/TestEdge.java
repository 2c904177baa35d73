package io.sluice.gateway.edge;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.presence.Presence;
import java.time.Clock;
import java.util.Map;

/// What an edge without a node around it is made of.
final class TestEdge {
  /// Nobody needs a token.
  static final GatewayConfig CONFIG =
      ConfigLoader.parse(
          "",
          Map.of(),
          Map.of(
              "sluice.kafka.bootstrap-servers", "kafka:9092",
              "sluice.api.key", "k-1",
              "sluice.tokens.anonymous", "true"));

  private TestEdge() {}

  /// For tests that ask for neither Kafka nor Redis nor tokens nor other nodes.
  @SuppressWarnings("NullAway")
  static EdgeContext context() {
    return context((Emulations) null);
  }

  /// The same, with what checks tokens.
  @SuppressWarnings("NullAway")
  static EdgeContext context(TokenVerifier verifier) {
    return new EdgeContext(
        "n",
        "v",
        CONFIG.edge(),
        CONFIG.tokens(),
        null,
        verifier,
        null,
        _ -> {},
        null,
        new EdgeMetrics(new SimpleMeterRegistry()),
        Clock.systemUTC(),
        null,
        null,
        null,
        null,
        null);
  }

  /// The same, with what keeps sessions.
  @SuppressWarnings("NullAway")
  static EdgeContext context(TokenVerifier verifier, Sessions sessions) {
    return context(verifier, sessions, null);
  }

  /// The same, with what knows who is there.
  @SuppressWarnings("NullAway")
  static EdgeContext context(TokenVerifier verifier, Sessions sessions, Presence presence) {
    return new EdgeContext(
        "n",
        "v",
        CONFIG.edge(),
        CONFIG.tokens(),
        null,
        verifier,
        null,
        _ -> {},
        sessions,
        new EdgeMetrics(new SimpleMeterRegistry()),
        Clock.systemUTC(),
        null,
        null,
        null,
        null,
        presence);
  }

  /// The same, where commands for streams come.
  @SuppressWarnings("NullAway")
  static EdgeContext context(Emulations emulations) {
    return new EdgeContext(
        "n",
        "v",
        CONFIG.edge(),
        CONFIG.tokens(),
        null,
        null,
        null,
        _ -> {},
        null,
        new EdgeMetrics(new SimpleMeterRegistry()),
        Clock.systemUTC(),
        emulations,
        null,
        null,
        null,
        null);
  }

  /// A loop whose outboxes may hold 1 MiB together.
  static LoopContext loop(HubShard shard) {
    return new LoopContext(shard, CONFIG.edge(), 1 << 20);
  }
}
