package io.sluice.gateway.edge;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.hub.HubShard;
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
    return context(null);
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
        null,
        new EdgeMetrics(new SimpleMeterRegistry()),
        Clock.systemUTC(),
        emulations,
        null);
  }

  /// A loop whose outboxes may hold 1 MiB together.
  static LoopContext loop(HubShard shard) {
    return new LoopContext(shard, CONFIG.edge(), 1 << 20);
  }
}
