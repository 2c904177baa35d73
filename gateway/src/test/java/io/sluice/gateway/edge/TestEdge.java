package io.sluice.gateway.edge;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.protocol.WireForm;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /// One that is written to over a WebSocket, and asks for none of that either.
  static Connection connection(LoopContext loop, EmbeddedChannel channel) {
    EdgeContext context = context();
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context,
        loop,
        channel,
        new WebSocketTransport(loop, channel, WireForm.JSON_UNI, 64 * 1024));
  }

  /// For tests that ask for neither Kafka nor Redis nor tokens nor other nodes.
  static EdgeContext context() {
    return context(null, null, null, null, ConnectTraces.NONE);
  }

  /// The same, with what checks tokens.
  static EdgeContext context(TokenVerifier verifier) {
    return context(verifier, null, null, null, ConnectTraces.NONE);
  }

  /// The same, with what keeps sessions.
  static EdgeContext context(@Nullable TokenVerifier verifier, Sessions sessions) {
    return context(verifier, sessions, null, null, ConnectTraces.NONE);
  }

  /// The same, with what knows who is there.
  static EdgeContext context(
      @Nullable TokenVerifier verifier, Sessions sessions, Presence presence) {
    return context(verifier, sessions, presence, null, ConnectTraces.NONE);
  }

  /// For tests that ask for nothing but commands for streams.
  static EdgeContext context(Emulations emulations) {
    return context(null, null, null, emulations, ConnectTraces.NONE);
  }

  /// With what checks tokens and what follows connects.
  static EdgeContext context(TokenVerifier verifier, ConnectTraces traces) {
    return context(verifier, null, null, null, traces);
  }

  @SuppressWarnings("NullAway") // what a test does not ask for is not there
  private static EdgeContext context(
      @Nullable TokenVerifier verifier,
      @Nullable Sessions sessions,
      @Nullable Presence presence,
      @Nullable Emulations emulations,
      ConnectTraces traces) {
    return new EdgeContext(
        "n",
        "v",
        new LiveConfig(CONFIG),
        verifier,
        null,
        _ -> {},
        sessions,
        new EdgeMetrics(new SimpleMeterRegistry()),
        Clock.systemUTC(),
        emulations,
        null,
        null,
        null,
        presence,
        new Overload(new SimpleMeterRegistry()),
        traces);
  }

  /// A loop whose outboxes may hold 1 MiB together.
  static LoopContext loop(HubShard shard) {
    return new LoopContext(shard, CONFIG.edge(), 1 << 20);
  }
}
