package io.sluice.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.BrokerBridge;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.edge.EdgeMetrics;
import io.sluice.gateway.edge.EdgeServer;
import io.sluice.gateway.edge.Overload;
import io.sluice.gateway.health.Exit;
import io.sluice.gateway.health.Hang;
import io.sluice.gateway.health.HealthMetrics;
import io.sluice.gateway.health.HealthReport;
import io.sluice.gateway.health.LoopPulse;
import io.sluice.gateway.health.RecentErrors;
import io.sluice.gateway.health.Watch;
import io.sluice.gateway.health.Watched;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.LoopThread;
import io.sluice.gateway.logs.NodeLog;
import io.sluice.session.SessionStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Everything that looks after a node: health, the watchdog, what it is doing. [#begin] once, when
/// there is an edge; everything else may be called by any thread, before and after.
final class Vitals implements AutoCloseable {
  private final LiveConfig live;
  private final GatewayConfig config; // what no reload changes
  private final String nodeId;
  private final Instant started;
  private final BrokerBridge bridge;
  private final Hub hub;
  private final Exit exit;
  private final MeterRegistry metrics;
  private final RecentErrors errors;
  private final List<LoopPulse> loops = new ArrayList<>();
  private final NodeHealth health;
  private volatile @Nullable EdgeServer edge;
  private volatile @Nullable Watch watch;
  private volatile @Nullable NodeState state;

  /// @param leaving whether it wants no new clients
  /// @param exit what a thread that hangs for too long leads to
  Vitals(
      LiveConfig live,
      String nodeId,
      Instant started,
      List<LoopThread> loopThreads,
      BrokerBridge bridge,
      Hub hub,
      SessionStore sessions,
      BooleanSupplier leaving,
      Overload overload,
      RecentErrors errors,
      MeterRegistry metrics,
      Exit exit) {
    this.live = live;
    this.config = live.now();
    this.nodeId = nodeId;
    this.started = started;
    this.bridge = bridge;
    this.hub = hub;
    this.exit = exit;
    this.metrics = metrics;
    this.errors = errors;
    for (LoopThread loop : loopThreads) {
      loops.add(new LoopPulse(loops.size(), loop::later)); // proves whole rounds of a loop
    }
    this.health =
        new NodeHealth(
            config,
            bridge,
            sessions,
            overload,
            leaving,
            this::accepts,
            this::hangs,
            new Breakers(bridge, sessions));
  }

  /// The edge listens: from now on its threads are watched.
  void begin(EdgeServer server, EdgeMetrics counted) {
    edge = server;
    NodeState now =
        new NodeState(
            new NodeState.Parts(
                nodeId,
                started,
                live,
                bridge,
                hub,
                counted,
                server,
                List.copyOf(loops),
                health::last,
                this::hangs,
                errors));
    state = now;
    List<Watched> watched = new ArrayList<>(loops);
    bridge.pulses().forEach(pulse -> watched.add(new TailerPulse(pulse)));
    Watch watching =
        new Watch(
            config.watchdog().stall(),
            config.watchdog().exitAfter(),
            watched,
            health::look,
            this::lastWords,
            exit,
            metrics);
    watch = watching;
    HealthMetrics.bind(metrics, health::last);
    health.look();
    watching.start();
  }

  /// Before the process ends because something hangs.
  private void lastWords() {
    snapshot("hang");
    NodeLog.flush();
  }

  private boolean accepts() {
    EdgeServer server = edge;
    return server != null && server.accepts();
  }

  private List<Hang> hangs() {
    Watch watching = watch;
    return watching == null ? List.of() : watching.hangs();
  }

  /// Whether the node should get new connections; for event loops, too.
  boolean ready() {
    return health.ready();
  }

  /// How the node is, looked at now.
  HealthReport look() {
    return health.look();
  }

  /// What the node is doing. After [#begin].
  CompletableFuture<ObjectNode> state() {
    NodeState now = state;
    return now == null
        ? CompletableFuture.failedFuture(new IllegalStateException("the node is not there yet"))
        : now.now();
  }

  /// Writes down what the node is doing, where it had begun; waits for at most a few seconds.
  void snapshot(String why) {
    NodeState now = state;
    if (now != null) {
      new Snapshots(now, config.node()).take(why);
    }
  }

  @Override
  public void close() {
    Watch watching = watch;
    if (watching != null) {
      watching.close();
    }
  }
}
