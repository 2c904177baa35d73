package io.sluice.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.broker.PositionPlan;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// Names and meaning of the edge's metrics. Thread-safe.
public final class EdgeMetrics {
  private final MeterRegistry registry;
  private final AtomicInteger connections;
  private final AtomicInteger subscriptions;
  private final Counter openings;
  private final Counter clientCloses;
  private final Counter pingFloods;
  private final Counter echoViolations;
  private final Counter unheard;
  private volatile List<LoopContext> loops = List.of();

  public EdgeMetrics(MeterRegistry registry) {
    this.registry = registry;
    connections = registry.gauge("sluice.edge.connections", new AtomicInteger());
    subscriptions = registry.gauge("sluice.edge.subscriptions", new AtomicInteger());
    openings = registry.counter("sluice.edge.openings");
    clientCloses = closings("client");
    pingFloods = closings("ping-flood");
    echoViolations = closings("echo-violation");
    unheard = registry.counter("sluice.edge.publishes.unheard");
    for (SessionOutcome outcome : SessionOutcome.values()) {
      sessions(outcome);
    }
    // all at once, so that a dashboard has its rows before anything happens
    for (Disconnect why : Disconnect.values()) {
      closings(why.label());
    }
    closings(new Ending.Custom(Ending.Custom.LEAST, "").label());
    for (ErrorCode error : ErrorCode.values()) {
      errors(error);
    }
    for (Refusal why : Refusal.values()) {
      refusals(why);
    }
    for (PositionTokens.Fault fault : PositionTokens.Fault.values()) {
      badPositions(fault);
    }
    recoveries(RecoveryVerdict.NOTHING_MISSED);
    recoveries(RecoveryVerdict.AHEAD);
    recoveries(RecoveryVerdict.FROM_WINDOW);
    recoveries(RecoveryVerdict.FROM_KAFKA);
    for (PositionPlan.Reason why : PositionPlan.Reason.values()) {
      recoveries(RecoveryVerdict.unrecoverable(why));
    }
    certificates("taken-over");
    certificates("refused");
  }

  /// How many sockets are open: connections, those on their way to become one, and those that
  /// linger.
  void sockets(AtomicInteger open) {
    registry.gauge("sluice.edge.sockets", open);
  }

  private Counter closings(String reason) {
    return registry.counter("sluice.edge.closings", "reason", reason);
  }

  private Counter sessions(SessionOutcome outcome) {
    return registry.counter("sluice.edge.sessions", "outcome", outcome.label());
  }

  private Counter errors(ErrorCode error) {
    return registry.counter("sluice.edge.errors", "code", Integer.toString(error.code()));
  }

  private Counter refusals(Refusal why) {
    return registry.counter("sluice.edge.refusals", "reason", why.label());
  }

  private Counter badPositions(PositionTokens.Fault fault) {
    String reason = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return registry.counter("sluice.edge.bad.position.tokens", "reason", reason);
  }

  private Counter certificates(String outcome) {
    return registry.counter("sluice.edge.certificates", "outcome", outcome);
  }

  /// How many connections are open, echoes among them.
  public int connections() {
    return connections.get();
  }

  /// Publications put into outboxes; those in a subscribe's answer are not counted.
  void deliveries(Collection<LoopContext> of) {
    loops = List.copyOf(of);
    FunctionCounter.builder(
            "sluice.edge.deliveries",
            this, // a meter does not keep alive what it asks
            edge -> edge.loops.stream().mapToLong(LoopContext::deliveries).sum())
        .register(registry);
  }

  /// Subscribers that do not keep up: how often one had no room, how many wait for some, and what
  /// was left out where the namespace has it so; clients on quiet channels that were given a newer
  /// position; and joins and leaves for which there was no room.
  void lags(Hub hub) {
    FunctionCounter.builder("sluice.hub.lags", hub, Hub::lags).register(registry);
    registry.gauge("sluice.hub.lagging.subscriptions", hub, Hub::lagging);
    FunctionCounter.builder("sluice.hub.missed", hub, Hub::missed).register(registry);
    FunctionCounter.builder("sluice.hub.anchored", hub, Hub::anchored).register(registry);
    FunctionCounter.builder("sluice.hub.joins.dropped", hub, Hub::joinLeavesDropped)
        .register(registry);
  }

  /// Publications compressed, each once for all its subscribers.
  void deflations(Hub hub) {
    FunctionCounter.builder("sluice.edge.deflations", hub, Hub::deflations).register(registry);
  }

  /// How often filters were applied to a publication, and publications that subscriptions did not
  /// get for theirs.
  void filters(Hub hub) {
    FunctionCounter.builder("sluice.edge.filters.applied", hub, Hub::filtersApplied)
        .register(registry);
    FunctionCounter.builder("sluice.edge.filtered", hub, Hub::keptBack).register(registry);
  }

  /// Patches made, each once for all its subscribers of one encoding, and what all of those were
  /// spared, before escaping and compression.
  void patches(Hub hub) {
    FunctionCounter.builder("sluice.edge.patches", hub, Hub::patches).register(registry);
    FunctionCounter.builder("sluice.edge.patches.saved", hub, Hub::patchesSavedBytes)
        .baseUnit("bytes")
        .register(registry);
  }

  /// Tokens whose signature was checked, and those of which the verdict was remembered.
  void tokens(TokenVerifier verifier) {
    for (TokenVerifier.Outcome outcome : TokenVerifier.Outcome.values()) {
      FunctionCounter.builder("sluice.edge.tokens.verified", verifier, v -> v.verified(outcome))
          .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    FunctionCounter.builder("sluice.edge.tokens.remembered", verifier, TokenVerifier::remembered)
        .register(registry);
  }

  /// How many subscriptions there are.
  public int currentSubscriptions() {
    return subscriptions.get();
  }

  /// Each is closed once, and once in the closings, too.
  void opened() {
    openings.increment();
    connections.incrementAndGet();
  }

  void closed() {
    connections.decrementAndGet();
  }

  void subscribed() {
    subscriptions.incrementAndGet();
  }

  void unsubscribed() {
    subscriptions.decrementAndGet();
  }

  /// The server ended a connection.
  void ended(Ending why) {
    closings(why.label()).increment();
  }

  /// How many were ended because their clients did not read.
  public long slowCloses() {
    return (long) closings(Disconnect.SLOW.label()).count();
  }

  /// The client, or the network, ended it.
  void left() {
    clientCloses.increment();
  }

  /// A client that pinged and pinged and did not read was cut.
  void pingFlood() {
    pingFloods.increment();
  }

  /// An echo was ended because its peer broke RFC 6455 or a limit.
  void echoViolation() {
    echoViolations.increment();
  }

  /// A command was answered with an error.
  void error(ErrorCode error) {
    errors(error).increment();
  }

  /// A limit kept a peer from what it asked for.
  void refused(Refusal why) {
    refusals(why).increment();
  }

  /// Publishes were under way when their client went: whether they were stored it does not know.
  void unheard(int publishes) {
    unheard.increment(publishes);
  }

  /// A client asked for a session.
  void session(SessionOutcome outcome) {
    sessions(outcome).increment();
  }

  /// The certificate's files changed.
  ///
  /// @param outcome `taken-over` or `refused`
  void certificate(String outcome) {
    certificates(outcome).increment();
  }

  /// A handshake or request was answered.
  ///
  /// @param transport the path's last part, or `other`
  /// @param outcome the HTTP status, `timeout` or `stalled`
  void handshake(String transport, String outcome) {
    registry
        .counter("sluice.edge.handshakes", "transport", transport, "outcome", outcome)
        .increment();
  }

  /// A client came back with a position token that says nothing.
  void badPosition(PositionTokens.Fault fault) {
    badPositions(fault).increment();
  }

  /// A recovery was decided.
  void recovery(RecoveryVerdict v) {
    recoveries(v).increment();
  }

  private Counter recoveries(RecoveryVerdict v) {
    return registry.counter(
        "sluice.edge.recoveries",
        "verdict",
        v.verdict(),
        "source",
        v.source(),
        "reason",
        v.reason());
  }
}
