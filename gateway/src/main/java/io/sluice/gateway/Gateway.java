package io.sluice.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.broker.BridgeStartException;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.NodeInfo;
import io.sluice.broker.NodeLoad;
import io.sluice.broker.SessionEvent;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.api.ApiServer;
import io.sluice.gateway.api.ConsoleSession;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Told;
import io.sluice.gateway.cluster.Topic;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.config.LiveConfig;
import io.sluice.gateway.edge.Application;
import io.sluice.gateway.edge.EdgeContext;
import io.sluice.gateway.edge.EdgeLoops;
import io.sluice.gateway.edge.EdgeMetrics;
import io.sluice.gateway.edge.EdgeServer;
import io.sluice.gateway.edge.Emulations;
import io.sluice.gateway.edge.LiveSessions;
import io.sluice.gateway.edge.NodeCommands;
import io.sluice.gateway.edge.Overload;
import io.sluice.gateway.edge.OverloadWatch;
import io.sluice.gateway.edge.Sessions;
import io.sluice.gateway.health.Exit;
import io.sluice.gateway.health.RecentErrors;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.logs.NodeLog;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.telemetry.MetricSending;
import io.sluice.gateway.telemetry.Tracing;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStores;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// One gateway node, wired by hand: everything is made here, in start order, and closed in reverse.
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);

  /// How long a token of the console lives; its page asks for another.
  private static final Duration CONSOLE_TOKEN = Duration.ofHours(1);

  private static final String CONSOLE_USER = "console";

  private final GatewayConfig config;
  private final LiveConfig live;
  private final Application application;
  private final String nodeId;
  private final Instant started = Instant.now();
  private final Leaving leaving;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Exit exit;
  private volatile @Nullable Vitals vitals;
  private int edgePort;
  private volatile int apiPort;
  private volatile @Nullable Reloads reloads;

  private Gateway(GatewayConfig config, Application application, Exit exit) {
    this.config = config;
    this.live = new LiveConfig(config);
    this.application = application;
    this.leaving = new Leaving(config.drain());
    this.exit = exit;
    this.nodeId =
        config.node().id().isEmpty()
            ? UUID.randomUUID().toString().substring(0, 8)
            : config.node().id();
  }

  /// Starts a node. It listens when this returns, and is ready once it has read what it needs; see
  /// `/health/ready`.
  ///
  /// @throws StartException saying in one line what is wrong and what changes it
  public static Gateway start(GatewayConfig config) throws StartException {
    return start(config, Application.NONE);
  }

  /// The same, with an application that clients call.
  public static Gateway start(GatewayConfig config, Application application) throws StartException {
    return start(config, application, Exit.HALT);
  }

  /// The same, and what happens when a thread has hung for `watchdog.exit-after`.
  public static Gateway start(GatewayConfig config, Application application, Exit exit)
      throws StartException {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install(); // Helidon logs through java.util.logging
    Gateway gateway = new Gateway(config, application, exit);
    try {
      gateway.open();
      return gateway;
    } catch (BridgeStartException | IOException e) {
      gateway.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private void open() throws IOException {
    NodeLog.take(config.log(), nodeId);
    live.listen(changed -> NodeLog.take(changed.log(), nodeId));
    log.info("starting nodeId={} version={}", nodeId, Version.CURRENT);
    RecentErrors errors = closing(RecentErrors.listening(NodeLog::masked));
    config.effective().lines().forEach(line -> log.info("configuration {}", line));
    MemoryBudget.Limits memory = MemoryBudget.Limits.ofThisProcess();
    check(PartSettings.budget(config, 0), memory); // before anything is asked for that Kafka knows
    PrometheusMeterRegistry metrics = metrics();
    Tracing tracing = closing(Tracing.open(config.tracing(), nodeId, Version.CURRENT, metrics));
    EdgeLoops loops = closing(new EdgeLoops(config.edge().loops(), config.edge().sockets().io()));
    PositionTokens positions = new PositionTokens(config.api().key(), config.api().secondKey());
    Hub hub = closing(new Hub(loops.threads(), positions, config.edge().coalesce()));
    BrokerBridge bridge =
        closing(
            BrokerBridge.open(
                PartSettings.bridge(config), nodeId, hub, tracing.records(hub.fanOuts()), metrics));
    hub.replayFrom(bridge.replays());
    hub.keepPositionsYoung();
    MemoryBudget budget = PartSettings.budget(config, bridge.partitionCount());
    check(budget, memory);
    budget.lines(memory).forEach(line -> log.info("memory {}", line));
    budget.bindTo(metrics);
    new NodeGauges(live, bridge).bindTo(metrics);
    metrics
        .getPrometheusRegistry()
        .register(new DeliveryLatency(config.namespaces().keySet(), hub));
    SessionStore sessions =
        closing(traced(tracing, SessionStores.open(PartSettings.sessions(config), metrics)));
    ExecutorService verifying = Executors.newVirtualThreadPerTaskExecutor();
    opened.push(verifying);
    OtherNodes others =
        closing(
            new OtherNodes(bridge::liveNodes, this::apiKey, config.edge().maxMessage().asInt()));
    Questions questions = closing(new Questions(nodeId, bridge::liveNodes, this::apiKey, metrics));
    Told told = new Told();
    Presence presence = closing(presence(bridge, hub, questions, told, metrics));
    Emulations emulations = new Emulations(nodeId, config.api().key(), others);
    emulations.take(config.api().key(), config.api().secondKey());
    Sessions held =
        new Sessions(
            nodeId, sessions, config.redis().checkpoint(), config.redis().timeout(), questions);
    held.listen();
    inherit(bridge, new Sweeper(bridge, sessions), told);
    EdgeContext context =
        new EdgeContext(
            nodeId,
            Version.CURRENT,
            live,
            new TokenVerifier(
                config.tokens(),
                Clock.systemUTC(),
                verifying,
                config.edge().maxConnections(),
                bridge.revocations()::covers),
            bridge,
            bridge.sessionEvents(),
            held,
            new EdgeMetrics(metrics),
            Clock.systemUTC(),
            emulations,
            application,
            questions,
            told,
            presence,
            new Overload(metrics),
            tracing.connects());
    new NodeCommands(context).listenTo(told);
    questions.answering(Topic.USER_SESSIONS, new LiveSessions(context)::answer);
    Vitals care =
        closing(
            new Vitals(
                live,
                nodeId,
                started,
                loops.threads(),
                bridge,
                hub,
                sessions,
                this::leavingOrNotYetHere,
                context.overload(),
                errors,
                metrics,
                exit));
    EdgeServer edge = closing(EdgeServer.open(context, loops, hub, care::ready));
    edgePort = edge.port();
    care.begin(edge, context.metrics());
    closing(OverloadWatch.start(config.shed(), edge, context.overload(), metrics));
    ApiServer api =
        new ApiServer(
            config.api(),
            config.publish(),
            live.namespaces(),
            new LocalNode(
                nodeId,
                started,
                bridge,
                hub,
                edge,
                questions,
                presence,
                new LocalCluster(bridge, questions, sessions),
                sessions.idempotency(),
                context.overload(),
                care::state),
            questions,
            care::look,
            metrics,
            tracing.requests(),
            (session, commands) ->
                emulations.take(session, commands).thenApply(Emulations.Taken::status),
            config.edge().maxMessage().asInt(),
            this::consoleSession);
    api.start();
    closing(api);
    live.listen(changed -> positions.take(changed.api().key(), changed.api().secondKey()));
    live.listen(changed -> api.take(changed.api()));
    reloads =
        new Reloads(
            live,
            next -> PartSettings.budget(next, bridge.partitionCount()).problem(memory),
            metrics);
    apiPort = api.port();
    vitals = care;
    bridge.join(
        new NodeInfo(
            nodeId,
            started,
            config.edge().advertised(edgePort),
            config.api().advertised(apiPort),
            Version.CURRENT),
        told,
        () -> load(context.metrics(), hub));
    leaving.up(nodeId, edge, bridge::nodes);
    MetricSending.start(
            config.metrics(), nodeId, Version.CURRENT, started, metrics.getPrometheusRegistry())
        .ifPresent(this::closing);
    log.info("listening nodeId={} edgePort={} apiPort={}", nodeId, edgePort, apiPort);
  }

  private Presence presence(
      BrokerBridge bridge, Hub hub, Questions questions, Told told, MeterRegistry metrics) {
    Presence.Others others =
        new Presence.Others() {
          @Override
          public CompletionStage<Answers> members(ObjectNode question) {
            return questions.ask(Topic.PRESENCE, question);
          }

          @Override
          public CompletionStage<Answers> counts(ObjectNode question) {
            return questions.ask(Topic.PRESENCE_STATS, question);
          }
        };
    Presence presence =
        new Presence(
            nodeId,
            config.presence(),
            others,
            message -> bridge.tell(message).thenApply(TellOutcome.Acknowledged.class::isInstance),
            hub::joinLeave,
            metrics);
    questions.answering(
        Topic.PRESENCE, it -> CompletableFuture.completedStage(presence.membersHere(it)));
    questions.answering(
        Topic.PRESENCE_STATS, it -> CompletableFuture.completedStage(presence.countsHere(it)));
    told.on(Presence.TOLD, presence::told);
    return presence;
  }

  /// This node's memory alone is not worth a span.
  private SessionStore traced(Tracing tracing, SessionStore store) {
    return config.redis().uri().isEmpty() ? store : tracing.sessions(store);
  }

  /// When a node dies, one of those that are left tells services and looks after its sessions.
  private static void inherit(BrokerBridge bridge, Sweeper sweeper, Told told) {
    Inheritance inheritance = new Inheritance(bridge);
    told.onDied(node -> {
      inheritance.of(
          node,
          "node",
          (dead, noticed) ->
              bridge
                  .sessionEvents()
                  .note(new SessionEvent.NodeLost(dead, noticed.truncatedTo(ChronoUnit.MILLIS))));
      inheritance.of(node, "sweep", sweeper::died);
    });
  }

  private NodeLoad load(EdgeMetrics edge, Hub hub) {
    return new NodeLoad(
        leaving.begun(), edge.connections(), edge.currentSubscriptions(), hub.channelCount());
  }

  private static void check(MemoryBudget budget, MemoryBudget.Limits memory) throws IOException {
    Optional<String> problem = budget.problem(memory);
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
  }

  private <T extends AutoCloseable> T closing(T part) {
    opened.push(part);
    return part;
  }

  private PrometheusMeterRegistry metrics() {
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new FileDescriptorMetrics().bindTo(metrics);
    new UptimeMetrics().bindTo(metrics);
    JvmGcMetrics gc = closing(new JvmGcMetrics());
    gc.bindTo(metrics);
    leaving.bindTo(metrics);
    NodeLog.bindTo(metrics);
    return metrics;
  }

  private String apiKey() {
    return live.now().api().key();
  }

  private ConsoleSession consoleSession() {
    String token =
        new TokenSigner(live.tokens(), Clock.systemUTC())
            .sign(CONSOLE_USER, CONSOLE_TOKEN, List.of());
    return new ConsoleSession(
        config.edge().advertised(edgePort) + "/connection/websocket", token, CONSOLE_USER);
  }

  /// The edge listens before the API does, but nobody should come until both do.
  private boolean leavingOrNotYetHere() {
    return leaving.begun() || apiPort == 0;
  }

  /// Takes over what can be of another configuration, without closing a connection; the rest is
  /// logged, and so is all of it when it is not good. For any thread; reading may block.
  ///
  /// @param reading reads it
  public void reload(Supplier<GatewayConfig> reading) {
    Reloads here = reloads;
    if (here != null && !closed.get()) {
      here.reload(reading);
    }
  }

  /// The public port really listened on.
  public int edgePort() {
    return edgePort;
  }

  /// The private port really listened on.
  public int apiPort() {
    return apiPort;
  }

  /// This node's id.
  public String nodeId() {
    return nodeId;
  }

  /// Not ready any more, then sends its clients elsewhere, who are served until then, as `drain.*`
  /// says, then lets go of everything.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    leaving.begin();
    Vitals care = vitals;
    if (care != null) {
      care.snapshot("closing");
    }
    leaving.run();
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        log.error("a part did not close part={}", part.getClass().getSimpleName(), e);
      }
    }
    log.info("closed nodeId={}", nodeId);
    NodeLog.flush();
  }

  /// As [#close], but tells all clients at once. Where it is closing already, that goes on so, and
  /// this does not wait.
  public void closeNow() {
    leaving.hurry();
    close();
  }
}
