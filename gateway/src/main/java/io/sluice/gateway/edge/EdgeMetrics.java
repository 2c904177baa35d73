package io.sluice.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.sluice.broker.PositionPlan;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.PositionTokens;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/// The metrics of the edge. What each means is said where it is made, and nowhere else: `/metrics`
/// and `deploy/docs/metrics.md` have it from here. Labels come from code only, never from clients.
/// Thread-safe.
public final class EdgeMetrics {
  /// What each transport is answered when all is well.
  private static final Map<String, String> GOOD =
      Map.of(
          "websocket", "101",
          "uni_websocket", "101",
          "echo", "101",
          "http_stream", "200",
          "sse", "200",
          "uni_sse", "200",
          "uni_http_stream", "200",
          "emulation", "204",
          "health", "200",
          "none", "404");

  private static final String REASON = "reason";

  /// Why a connection has ended: its client, or the network, has ended it.
  static final String CLIENT = "client";

  /// Why a connection has ended: its client asked for sign after sign of life.
  static final String PING_FLOOD = "ping-flood";

  private static final String OUTCOME = "outcome";

  private final MeterRegistry registry;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger subscriptions = new AtomicInteger();
  private final Counter openings;
  private final MeterProvider<Counter> closings;
  private final Counter clientCloses;
  private final Counter pingFloods;
  private final Counter echoViolations;
  private final Counter unheard;
  private final MeterProvider<Counter> sessions;
  private final MeterProvider<Counter> errors;
  private final MeterProvider<Counter> refusals;
  private final MeterProvider<Counter> badPositions;
  private final MeterProvider<Counter> certificates;
  private final AtomicLong certificateEnd = new AtomicLong();
  private final MeterProvider<Counter> handshakes;
  private final MeterProvider<Counter> recoveries;
  private volatile List<LoopContext> loops = List.of();

  public EdgeMetrics(MeterRegistry registry) {
    this.registry = registry;
    gauge(
        "sluice.edge.connections",
        "Open connections: client protocol, streams and echoes",
        connections,
        AtomicInteger::get);
    gauge("sluice.edge.subscriptions", "Subscriptions", subscriptions, AtomicInteger::get);
    openings = counter("sluice.edge.openings", "Connections that have begun; each is closed once");
    closings =
        counters(
            "sluice.edge.closings",
            "Connections that have ended: the name of the close code that the client was told, or client (it or the network ended it), command (a code that a service gave), ping-flood, echo-violation");
    clientCloses = closings.withTag(REASON, CLIENT);
    pingFloods = closings.withTag(REASON, PING_FLOOD);
    echoViolations = closings.withTag(REASON, "echo-violation");
    unheard =
        counter(
            "sluice.edge.publishes.unheard",
            "Publishes whose client went before they were answered");
    sessions = counters("sluice.edge.sessions", "What became of clients' wishes for a session");
    errors = counters("sluice.edge.errors", "Commands of clients answered with an error");
    refusals =
        counters(
            "sluice.edge.refusals", "Peers that did not get what they asked for, by the limit");
    badPositions =
        counters("sluice.edge.bad.position.tokens", "Position tokens of clients that say nothing");
    certificates =
        counters("sluice.edge.certificates", "Changes of the files that TLS' certificate is in");
    TimeGauge.builder("sluice.edge.certificate.end", certificateEnd::get, TimeUnit.SECONDS)
        .description(
            "When the first ends of TLS' certificate and those that lead to its root, as Unix time; 0: the edge has none")
        .register(registry);
    handshakes =
        counters("sluice.edge.handshakes", "Handshakes and requests answered, or not in time");
    recoveries =
        counters(
            "sluice.edge.recoveries",
            "Positions that clients came back with: the verdict, where what was missed came from, why it could not be recovered");
    fromTheStart();
  }

  /// All at once, so that a dashboard has its rows before anything happens.
  private void fromTheStart() {
    for (SessionOutcome outcome : SessionOutcome.values()) {
      sessions.withTag(OUTCOME, outcome.label());
    }
    for (Disconnect why : Disconnect.values()) {
      closings.withTag(REASON, why.label());
    }
    closings.withTag(REASON, new Ending.Custom(Ending.Custom.LEAST, "").label());
    for (ErrorCode error : ErrorCode.values()) {
      errors(error);
    }
    for (Refusal why : Refusal.values()) {
      refusals.withTag(REASON, why.label());
    }
    for (PositionTokens.Fault fault : PositionTokens.Fault.values()) {
      badPositions(fault);
    }
    List.of(
            RecoveryVerdict.NOTHING_MISSED,
            RecoveryVerdict.AHEAD,
            RecoveryVerdict.FROM_WINDOW,
            RecoveryVerdict.FROM_KAFKA,
            RecoveryVerdict.NEWEST,
            RecoveryVerdict.NO_VALUE,
            RecoveryVerdict.NEWEST_UNKNOWN)
        .forEach(this::recoveries);
    for (PositionPlan.Reason why : PositionPlan.Reason.values()) {
      recoveries(RecoveryVerdict.unrecoverable(why));
    }
    List.of("taken-over", "refused").forEach(outcome -> certificates.withTag(OUTCOME, outcome));
    GOOD.forEach(
        (transport, outcome) -> handshakes.withTags("transport", transport, OUTCOME, outcome));
  }

  private Counter counter(String name, String meaning) {
    return Counter.builder(name).description(meaning).register(registry);
  }

  private MeterProvider<Counter> counters(String name, String meaning) {
    return Counter.builder(name).description(meaning).withRegistry(registry);
  }

  /// A meter does not keep alive what it asks.
  private <T> void gauge(String name, String meaning, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).description(meaning).register(registry);
  }

  private <T> void counter(String name, String meaning, T of, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, of, value).description(meaning).register(registry);
  }

  /// @param open counts them
  void sockets(AtomicInteger open) {
    gauge(
        "sluice.edge.sockets",
        "Open sockets: connections, those on their way to become one, and those that linger",
        open,
        AtomicInteger::get);
  }

  private Counter errors(ErrorCode error) {
    return errors.withTag("code", Integer.toString(error.code()));
  }

  private Counter badPositions(PositionTokens.Fault fault) {
    return badPositions.withTag(REASON, fault.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private Counter recoveries(RecoveryVerdict v) {
    return recoveries.withTags("verdict", v.verdict(), "source", v.source(), REASON, v.reason());
  }

  /// How many connections are open, echoes among them.
  public int connections() {
    return connections.get();
  }

  /// What its loops count.
  void loops(Collection<LoopContext> of) {
    loops = List.copyOf(of);
    counter(
        "sluice.edge.deliveries",
        "Publications put into outboxes; those in a subscribe's answer are not counted",
        this,
        edge -> edge.loops.stream().mapToLong(LoopContext::deliveries).sum());
    Gauge.builder(
            "sluice.edge.outboxes",
            this,
            edge -> edge.loops.stream().mapToLong(loop -> loop.outboxes().used()).sum())
        .description(
            "What waits for sockets, of all connections together, at most edge.outboxes; messages that several share count for each")
        .baseUnit("bytes")
        .register(registry);
  }

  /// What the hub counts.
  void hub(Hub hub) {
    counter(
        "sluice.hub.lags",
        "How often a subscriber had no room for a publication, and goes on when it has",
        hub,
        Hub::lags);
    gauge(
        "sluice.hub.lagging.subscriptions",
        "Readers that wait for room: slow subscribers, and those that take up a past",
        hub,
        Hub::lagging);
    counter(
        "sluice.hub.missed",
        "Publications left out for slow subscribers, where their namespace has it so",
        hub,
        Hub::missed);
    counter(
        "sluice.hub.anchored",
        "Clients on quiet channels that were given a newer position",
        hub,
        Hub::anchored);
    counter(
        "sluice.hub.joins.dropped",
        "Joins and leaves not told for lack of room",
        hub,
        Hub::joinLeavesDropped);
    counter(
        "sluice.edge.deflations",
        "Publications compressed, each once for all its subscribers",
        hub,
        Hub::deflations);
    counter(
        "sluice.edge.patches",
        "Patches made, each once for all its subscribers of one encoding",
        hub,
        Hub::patches);
    FunctionCounter.builder("sluice.edge.patches.saved", hub, Hub::patchesSavedBytes)
        .description(
            "By how much patches that were sent are shorter than payloads, before escaping and compression")
        .baseUnit("bytes")
        .register(registry);
    counter(
        "sluice.edge.filters.applied",
        "How often filters were applied to a publication: once for each different one of a loop",
        hub,
        Hub::filtersApplied);
    counter(
        "sluice.edge.filtered",
        "Publications that subscriptions did not get for their filters",
        hub,
        Hub::keptBack);
  }

  /// What checking tokens counts.
  void tokens(TokenVerifier verifier) {
    for (TokenVerifier.Outcome outcome : TokenVerifier.Outcome.values()) {
      FunctionCounter.builder("sluice.edge.tokens.verified", verifier, v -> v.verified(outcome))
          .description("Tokens whose signature was checked")
          .tag(OUTCOME, outcome.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    counter(
        "sluice.edge.tokens.remembered",
        "Tokens whose verdict was remembered",
        verifier,
        TokenVerifier::remembered);
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
    closings.withTag(REASON, why.label()).increment();
  }

  /// How many were ended because their clients did not read.
  public long slowCloses() {
    return (long) closings.withTag(REASON, Disconnect.SLOW.label()).count();
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
    refusals.withTag(REASON, why.label()).increment();
  }

  /// Publishes were under way when their client went: whether they were stored it does not know.
  void unheard(int publishes) {
    unheard.increment(publishes);
  }

  /// A client asked for a session.
  void session(SessionOutcome outcome) {
    sessions.withTag(OUTCOME, outcome.label()).increment();
  }

  /// The certificate's files changed.
  ///
  /// @param outcome `taken-over` or `refused`
  void certificate(String outcome) {
    certificates.withTag(OUTCOME, outcome).increment();
  }

  /// Another certificate is in use.
  ///
  /// @param end of it, or of the first that ends of those that lead to its root
  void certificateEnds(Instant end) {
    certificateEnd.set(end.getEpochSecond());
  }

  /// A handshake or request was answered.
  ///
  /// @param transport the path's last part, or `other`
  /// @param outcome the HTTP status, `timeout` or `stalled`
  void handshake(String transport, String outcome) {
    handshakes.withTags("transport", transport, OUTCOME, outcome).increment();
  }

  /// A client came back with a position token that says nothing.
  void badPosition(PositionTokens.Fault fault) {
    badPositions(fault).increment();
  }

  /// A recovery was decided.
  void recovery(RecoveryVerdict v) {
    recoveries(v).increment();
  }
}
