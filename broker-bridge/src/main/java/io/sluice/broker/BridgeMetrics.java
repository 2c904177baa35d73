package io.sluice.broker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// Every metric of this module, but for those of Kafka's clients ([ClientFigures]). What each means
/// is said where it is made, and nowhere else: `/metrics` and `deploy/docs/metrics.md` have it from
/// here. Labels come from configuration and code only, never from records, so their number is
/// bounded; and those that are known are there from the start, so that dashboards have their rows.
/// Any thread may call any method.
final class BridgeMetrics {
  /// What reading fails with mostly: Kafka does not answer. Other causes come with their first.
  private static final String USUAL = "TimeoutException";

  private static final String NAMESPACE = "namespace";
  private static final String REASON = "reason";
  private static final String OUTCOME = "outcome";
  private static final String RESULT = "result";
  private static final String CAUSE = "cause";
  private static final String BREAKER = "breaker";
  private static final String EVENT = "event";
  private static final String ROLE = "role";

  private final MeterRegistry registry;
  private final MeterProvider<Counter> deadLetters;
  private final Map<Tags, AtomicLong> newestLetters = new ConcurrentHashMap<>();
  private final Counter deadLettersWritten;
  private final Counter deadLettersLost;
  private final MeterProvider<Counter> sessionEvents;
  private final Counter sessionEventsWritten;
  private final Counter sessionEventsMerged;
  private final MeterProvider<Counter> sessionEventsLost;
  private final MeterProvider<Timer> publishes;
  private final MeterProvider<Counter> breakerRefusals;
  private final MeterProvider<Counter> heartbeats;
  private final MeterProvider<Counter> commands;
  private final Counter controlUnreadable;
  private final Counter ledgerUnreadable;
  private final MeterProvider<Counter> ledgerErrors;
  private final MeterProvider<Counter> truncations;
  private final Counter headersDropped;
  private final MeterProvider<Counter> moved;
  private final MeterProvider<Counter> renewals;
  private final MeterProvider<Counter> rests;
  private final MeterProvider<Counter> tailerErrors;
  private final MeterProvider<Counter> lastValuesDropped;
  private final Counter logQuestions;
  private final Counter replayScans;
  private final Counter replayRecords;
  private final Counter replayBytes;
  private final Counter replaySeconds;
  private final Counter replayLate;
  private final MeterProvider<Counter> replayErrors;

  BridgeMetrics(MeterRegistry registry) {
    this.registry = registry;
    deadLetters =
        counters(
            "sluice.dead.letters",
            "Records found that cannot be delivered; every node counts all it sees, also those that lay there when it started, and those that it reads again");
    deadLettersWritten = counter("sluice.dead.letters.written", "Dead letters that Kafka has");
    deadLettersLost =
        counter(
            "sluice.dead.letters.lost",
            "Dead letters given up: the queue was full, or Kafka refused them");
    sessionEvents =
        counters(
            "sluice.session.events",
            "What happened to users' connections, and nodes found dead, that services are told");
    sessionEventsWritten =
        counter("sluice.session.events.written", "Session events that Kafka has");
    sessionEventsMerged =
        counter(
            "sluice.session.events.merged",
            "Beginnings of connections that were not written, because the end came before");
    sessionEventsLost =
        counters(
            "sluice.session.events.lost",
            "Session events given up: no room (full), none for one user (user-full), refused by Kafka, or the node has left (closed)");
    publishes =
        Timer.builder("sluice.publishes")
            .description(
                "Publishes answered, and how long that took: acknowledged by Kafka, refused (not sent, may be tried again), rejected (never possible), unknown (too late, may be stored)")
            .withRegistry(registry);
    breakerRefusals =
        counters("sluice.breaker.refusals", "Calls that an open breaker refused at once");
    heartbeats = counters("sluice.heartbeats", "This node's heartbeats");
    commands =
        counters(
            "sluice.commands",
            "Commands to all nodes that this one executed, or passed over: from before it joined, stale, or there twice");
    controlUnreadable =
        counter(
            "sluice.control.unreadable", "Records of the control topic that this node cannot read");
    ledgerUnreadable =
        counter("sluice.ledger.unreadable", "Records of the ledger that this node cannot read");
    ledgerErrors =
        counters(
            "sluice.ledger.errors", "Reads and writes of the ledger that failed and are repeated");
    truncations =
        counters("sluice.log.truncations", "Truncations of a log that this node found out");
    headersDropped = counter("sluice.headers.dropped", "Headers of records beyond their bounds");
    moved =
        counters(
            "sluice.records.moved",
            "Records not delivered, because their producer knew fewer partitions than there are");
    renewals =
        counters(
            "sluice.producer.renewals",
            "Kafka producers replaced, because they could not go on or the clock was set back");
    rests =
        counters(
            "sluice.tailer.rests",
            "Partitions left alone for a while, because reading them failed");
    tailerErrors =
        counters("sluice.tailer.errors", "Reads from Kafka that failed and were repeated");
    lastValuesDropped =
        counters(
            "sluice.last.values.dropped",
            "Newest values given up for lack of room (window.last-values)");
    logQuestions =
        counter(
            "sluice.log.questions",
            "Questions to Kafka where a partition's log begins or ends, asked because of a client's position");
    replayScans =
        counter(
            "sluice.replay.scans",
            "Readings below the windows, each for all who waited for its partition");
    replayRecords =
        counter("sluice.replay.records", "Records read below the windows, wanted or not");
    replayBytes =
        counter("sluice.replay.bytes", "Bytes of the values of records read below the windows");
    replaySeconds =
        counter(
            "sluice.replay.seconds",
            "How long readings below the windows took, from where they began to what they read last, waits for readers included");
    replayLate = counter("sluice.replay.late", "Readers left behind by a reading below the window");
    replayErrors =
        counters(
            "sluice.replay.errors",
            "Readings below the windows that failed; who waited is told that it was not recovered");
    fromTheStart();
  }

  private void fromTheStart() {
    List.of("acknowledged", "refused", "rejected", "unknown")
        .forEach(outcome -> publishes.withTag(OUTCOME, outcome));
    List.of("stored", "failed").forEach(result -> heartbeats.withTag(RESULT, result));
    List.of("executed", "passed-over").forEach(result -> commands.withTag(RESULT, result));
    List.of(ledgerErrors, tailerErrors, replayErrors)
        .forEach(errors -> errors.withTag(CAUSE, USUAL));
  }

  /// These namespaces are bound. Told from the start.
  void namespaces(Collection<TopicBinding> bindings) {
    for (TopicBinding binding : bindings) {
      for (DeadLetterReason reason : DeadLetterReason.values()) {
        var _ = deadLetters.withTags(of(binding, reason));
        var _ = newestLetter(of(binding, reason));
      }
      var _ = truncations.withTag(NAMESPACE, binding.namespace());
      var _ = moved.withTag(NAMESPACE, binding.namespace());
      var _ = rests.withTags(NAMESPACE, binding.namespace(), CAUSE, USUAL);
      if (binding.keepsLastValues()) {
        var _ = lastValuesDropped.withTag(NAMESPACE, binding.namespace());
      }
    }
  }

  // dead letters

  /// @param came when; one that is older than another before it counts as well
  void deadLetter(TopicBinding binding, DeadLetterReason reason, Instant came) {
    Tags tags = of(binding, reason);
    newestLetter(tags).accumulateAndGet(came.getEpochSecond(), Math::max);
    deadLetters.withTags(tags).increment();
  }

  private static Tags of(TopicBinding binding, DeadLetterReason reason) {
    return Tags.of(NAMESPACE, binding.namespace(), REASON, reason.wireName());
  }

  private AtomicLong newestLetter(Tags tags) {
    return newestLetters.computeIfAbsent(
        tags,
        _ -> {
          AtomicLong newest = new AtomicLong();
          Gauge.builder("sluice.dead.letters.newest", newest, AtomicLong::get)
              .description(
                  "When this node found the last such record, as Unix time; of what lay there when it started, and of what it reads again, the record's own time, if that is past; 0: none yet")
              .baseUnit("seconds")
              .tags(tags)
              .register(registry);
          return newest;
        });
  }

  void deadLetterWritten() {
    deadLettersWritten.increment();
  }

  void deadLetterLost() {
    deadLettersLost.increment();
  }

  void deadLetterQueue(IntSupplier depth) {
    gauge("sluice.dead.letters.queue", "Dead letters that wait to be written", depth);
  }

  // session events

  /// There is a topic for them. Told from the start.
  void sessionEvents() {
    SessionEventJson.NAMES.forEach(name -> sessionEvents.withTag(EVENT, name));
    List.of("full", "user-full", "refused", "closed")
        .forEach(cause -> sessionEventsLost.withTag(CAUSE, cause));
  }

  void sessionEvent(String name) {
    sessionEvents.withTag(EVENT, name).increment();
  }

  void sessionEventWritten() {
    sessionEventsWritten.increment();
  }

  void sessionEventMerged() {
    sessionEventsMerged.increment();
  }

  void sessionEventLost(String cause) {
    sessionEventsLost.withTag(CAUSE, cause).increment();
  }

  void sessionEventQueue(IntSupplier depth) {
    gauge("sluice.session.events.queue", "Session events that wait to be written", depth);
  }

  // publishing

  void published(PublishOutcome outcome, Duration took) {
    publishes
        .withTag(
            OUTCOME,
            switch (outcome) {
              case PublishOutcome.Acknowledged _ -> "acknowledged";
              case PublishOutcome.Refused _ -> "refused";
              case PublishOutcome.Unknown _ -> "unknown";
              case PublishOutcome.Rejected _ -> "rejected";
            })
        .record(took);
  }

  void publishQueue(IntSupplier depth) {
    gauge("sluice.publish.queue", "Publishes accepted and not answered yet", depth);
  }

  /// Told from the start.
  void breaker(String name, Supplier<BreakerState> now) {
    var _ = breakerRefusals.withTag(BREAKER, name);
    for (BreakerState.State state : BreakerState.State.values()) {
      Gauge.builder("sluice.breaker.state", () -> now.get().state() == state ? 1 : 0)
          .description("1 for the state that a breaker is in, else 0")
          .tags(BREAKER, name, "state", state.label())
          .register(registry);
    }
  }

  void breakerRefused(String name) {
    breakerRefusals.withTag(BREAKER, name).increment();
  }

  /// There is such a producer. Told from the start.
  void producer(String role) {
    var _ = renewals.withTag(ROLE, role);
  }

  void producerRenewed(String role) {
    renewals.withTag(ROLE, role).increment();
  }

  // among nodes

  void heartbeatStored() {
    heartbeats.withTag(RESULT, "stored").increment();
  }

  void heartbeatFailed() {
    heartbeats.withTag(RESULT, "failed").increment();
  }

  void command(String result) {
    commands.withTag(RESULT, result).increment();
  }

  void controlUnreadable() {
    controlUnreadable.increment();
  }

  void nodes(IntSupplier live) {
    gauge("sluice.nodes", "Live nodes that this one knows of, itself included", live);
  }

  void ledgerUnreadable() {
    ledgerUnreadable.increment();
  }

  void ledgerFailed(Throwable cause) {
    failed(ledgerErrors, cause);
  }

  // reading

  void truncated(TopicBinding binding) {
    truncations.withTag(NAMESPACE, binding.namespace()).increment();
  }

  void headerDropped() {
    headersDropped.increment();
  }

  void moved(TopicBinding binding) {
    moved.withTag(NAMESPACE, binding.namespace()).increment();
  }

  void partitionRests(TopicBinding binding, Throwable cause) {
    rests
        .withTags(NAMESPACE, binding.namespace(), CAUSE, cause.getClass().getSimpleName())
        .increment();
  }

  void tailerError(Throwable cause) {
    failed(tailerErrors, cause);
  }

  void lastValueDropped(TopicBinding binding) {
    lastValuesDropped.withTag(NAMESPACE, binding.namespace()).increment();
  }

  Counter logQuestions() {
    return logQuestions;
  }

  // below the windows

  void replaying(IntSupplier readers) {
    gauge(
        "sluice.replay.readers",
        "Subscriptions that wait for or read what is below a window",
        readers);
  }

  void replayScan() {
    replayScans.increment();
  }

  /// @param took since what the same scan read before, or since it began
  void replayRead(int records, long bytes, Duration took) {
    replayRecords.increment(records);
    replayBytes.increment((double) bytes);
    replaySeconds.increment(took.toNanos() / 1e9);
  }

  void replayLate() {
    replayLate.increment();
  }

  void replayFailed(Throwable cause) {
    failed(replayErrors, cause);
  }

  private static void failed(MeterProvider<Counter> errors, Throwable cause) {
    errors.withTag(CAUSE, cause.getClass().getSimpleName()).increment();
  }

  private MeterProvider<Counter> counters(String name, String meaning) {
    return Counter.builder(name).description(meaning).withRegistry(registry);
  }

  private Counter counter(String name, String meaning) {
    return Counter.builder(name).description(meaning).register(registry);
  }

  private void gauge(String name, String meaning, IntSupplier value) {
    Gauge.builder(name, value, IntSupplier::getAsInt)
        .description(meaning)
        .strongReference(true)
        .register(registry);
  }
}
