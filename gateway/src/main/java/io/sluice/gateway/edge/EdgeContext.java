package io.sluice.gateway.edge;

import io.sluice.broker.BrokerBridge;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.session.SessionStore;
import java.time.Clock;

/// What every connection of a node needs. Everything in it is for any thread.
///
/// @param nodeId this node
/// @param version this software's
/// @param edge limits of the public side
/// @param tokens whether a connection needs a token
/// @param namespaces policies of channels
/// @param verifier checks tokens
/// @param bridge Kafka
/// @param sessions Redis
/// @param metrics counters
/// @param clock the time, for expiry of tokens
/// @param admission who may come in
/// @param slowCloses who does not read and must wait
/// @param emulations who hears over a stream
/// @param application what clients call
public record EdgeContext(
    String nodeId,
    String version,
    EdgeConfig edge,
    TokenConfig tokens,
    Namespaces namespaces,
    TokenVerifier verifier,
    BrokerBridge bridge,
    SessionStore sessions,
    EdgeMetrics metrics,
    Clock clock,
    Admission admission,
    SlowCloses slowCloses,
    Emulations emulations,
    Application application) {
  /// With limits of its own.
  public EdgeContext(
      String nodeId,
      String version,
      EdgeConfig edge,
      TokenConfig tokens,
      Namespaces namespaces,
      TokenVerifier verifier,
      BrokerBridge bridge,
      SessionStore sessions,
      EdgeMetrics metrics,
      Clock clock,
      Emulations emulations,
      Application application) {
    this(
        nodeId,
        version,
        edge,
        tokens,
        namespaces,
        verifier,
        bridge,
        sessions,
        metrics,
        clock,
        new Admission(edge, metrics),
        new SlowCloses(System::nanoTime),
        emulations,
        application);
  }
}
