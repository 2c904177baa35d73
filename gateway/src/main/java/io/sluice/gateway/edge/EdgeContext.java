package io.sluice.gateway.edge;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.SessionEventSink;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Told;
import io.sluice.gateway.config.EdgeConfig;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.config.Namespaces;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.gateway.presence.Presence;
import java.time.Clock;

/// What every connection of a node needs. Everything in it is for any thread.
///
/// @param nodeId this node
/// @param version this software's
/// @param live the configuration as it is now
/// @param verifier checks tokens
/// @param bridge Kafka
/// @param events told who connects and disconnects
/// @param sessions who holds which session
/// @param metrics counters
/// @param clock the time, for expiry of tokens
/// @param admission who may come in
/// @param slowCloses who does not read and must wait
/// @param emulations who hears over a stream
/// @param users whose connections are here
/// @param application what clients call
/// @param questions what is asked of other nodes, and answered here
/// @param told what all nodes were told to do
/// @param presence who is subscribed
/// @param overload what is refused while there is too much to do
/// @param oldAge how long a connection may live
/// @param lately what services took from sessions
/// @param traces follows connects
public record EdgeContext(
    String nodeId,
    String version,
    LiveConfig live,
    TokenVerifier verifier,
    BrokerBridge bridge,
    SessionEventSink events,
    Sessions sessions,
    EdgeMetrics metrics,
    Clock clock,
    Admission admission,
    SlowCloses slowCloses,
    Emulations emulations,
    Users users,
    Application application,
    Questions questions,
    Told told,
    Presence presence,
    Overload overload,
    OldAge oldAge,
    LatelyCommanded lately,
    ConnectTraces traces) {
  /// With limits of its own.
  public EdgeContext(
      String nodeId,
      String version,
      LiveConfig live,
      TokenVerifier verifier,
      BrokerBridge bridge,
      SessionEventSink events,
      Sessions sessions,
      EdgeMetrics metrics,
      Clock clock,
      Emulations emulations,
      Application application,
      Questions questions,
      Told told,
      Presence presence,
      Overload overload,
      ConnectTraces traces) {
    this(
        nodeId,
        version,
        live,
        verifier,
        bridge,
        events,
        sessions,
        metrics,
        clock,
        new Admission(live.edge(), metrics, overload),
        new SlowCloses(System::nanoTime),
        emulations,
        new Users(),
        application,
        questions,
        told,
        presence,
        overload,
        new OldAge(live.edge(), overload, System::nanoTime),
        new LatelyCommanded(),
        traces);
    live.listen(changed -> {
      admission.take(changed.edge());
      oldAge.take(changed.edge());
      verifier.take(changed.tokens());
      emulations.take(changed.api().key(), changed.api().secondKey());
    });
  }

  /// Limits of the public side, as they are now.
  public EdgeConfig edge() {
    return live.edge();
  }

  /// Whether a connection needs a token.
  public TokenConfig tokens() {
    return live.tokens();
  }

  /// Policies of channels.
  public Namespaces namespaces() {
    return live.namespaces();
  }
}
