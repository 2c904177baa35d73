package io.sluice.broker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// Every metric of this module: its name, its labels, its unit. Labels come from configuration and
/// code only, never from records, so their number is bounded. Any thread may call any method.
///
/// | metric | labels | counts |
/// |---|---|---|
/// | `sluice.dead.letters` | namespace, reason | records found that cannot be delivered; every node counts all it sees |
/// | `sluice.dead.letters.newest` | namespace, reason | when this node found the last one, in seconds since 1970 |
/// | `sluice.dead.letters.written` | | dead letters that Kafka has |
/// | `sluice.dead.letters.lost` | | dead letters given up: the queue was full or Kafka refused them |
/// | `sluice.dead.letters.queue` | | dead letters waiting, now |
/// | `sluice.session.events` | event | what happened to users' connections, and nodes found dead |
/// | `sluice.session.events.written` | | of these, what Kafka has |
/// | `sluice.session.events.merged` | | beginnings that were not written, because the end of their connection came before |
/// | `sluice.session.events.lost` | cause | given up: no room (`full`), none for one user (`user-full`), refused by Kafka, or the node has left (`closed`) |
/// | `sluice.session.events.queue` | | waiting, now |
/// | `sluice.publishes` | outcome | publishes answered, and how long that took, in seconds |
/// | `sluice.publish.queue` | | publishes accepted and not yet answered, now |
/// | `sluice.breaker.state` | breaker, state | 1 for the state that a breaker is in: `closed`, `open`, `half-open` |
/// | `sluice.breaker.refusals` | breaker | publishes that an open breaker refused |
/// | `sluice.heartbeats` | result | heartbeats `stored` in Kafka or `failed` |
/// | `sluice.commands` | result | commands to all nodes that this one `executed` or `passed-over`: from before it joined, stale, or there twice |
/// | `sluice.control.unreadable` | | records of the control topic that are no message |
/// | `sluice.ledger.unreadable` | | records of the ledger that are none |
/// | `sluice.ledger.errors` | cause | reads and writes of the ledger that failed and are tried again |
/// | `sluice.log.truncations` | namespace | truncations of a log that this node found out |
/// | `sluice.nodes` | | live nodes this node knows, itself included, now |
/// | `sluice.headers.dropped` | | record headers beyond their bounds |
/// | `sluice.records.moved` | namespace | records placed by a producer with an older partition count |
/// | `sluice.producer.renewals` | role | producers replaced because they could not go on |
/// | `sluice.tailer.rests` | namespace, cause | partitions left alone for a while, because reading them failed |
/// | `sluice.replay.scans` | | readings below the windows, each for all who waited for its partition |
/// | `sluice.replay.records`, `sluice.replay.bytes` | | what those have read, wanted or not; bytes of values |
/// | `sluice.replay.seconds` | | how long they took from where they began to what they read last, waits for readers included |
/// | `sluice.replay.late` | | readers that were left behind by a scan and began anew |
/// | `sluice.replay.readers` | | that wait for or read what is below a window, now |
/// | `sluice.replay.errors` | cause | scans that failed; who waited is told that it was not recovered |
/// | `sluice.log.questions` | | asked of Kafka because of a client's position: where a partition's log begins or ends |
/// | `sluice.last.values.dropped` | namespace | newest values given up: there was no room for them |
/// | `sluice.tailer.errors` | cause | reads from Kafka that failed and were tried again |
final class BridgeMetrics {
  private final MeterRegistry registry;
  private final Map<String, AtomicLong> newestLetters = new ConcurrentHashMap<>();

  BridgeMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void deadLetter(TopicBinding binding, DeadLetterReason reason) {
    Tags tags = Tags.of("namespace", binding.namespace(), "reason", reason.wireName());
    Counter.builder("sluice.dead.letters").tags(tags).register(registry).increment();
    newestLetters
        .computeIfAbsent(
            binding.namespace() + '/' + reason.wireName(),
            _ -> {
              AtomicLong newest = new AtomicLong();
              Gauge.builder("sluice.dead.letters.newest", newest, AtomicLong::get)
                  .baseUnit("seconds")
                  .tags(tags)
                  .register(registry);
              return newest;
            })
        .set(Instant.now().getEpochSecond());
  }

  void deadLetterWritten() {
    counter("sluice.dead.letters.written");
  }

  void deadLetterLost() {
    counter("sluice.dead.letters.lost");
  }

  void deadLetterQueue(IntSupplier depth) {
    gauge("sluice.dead.letters.queue", depth);
  }

  void sessionEvent(String name) {
    counter("sluice.session.events", "event", name);
  }

  void sessionEventWritten() {
    counter("sluice.session.events.written");
  }

  void sessionEventMerged() {
    counter("sluice.session.events.merged");
  }

  void sessionEventLost(String cause) {
    counter("sluice.session.events.lost", "cause", cause);
  }

  void sessionEventQueue(IntSupplier depth) {
    gauge("sluice.session.events.queue", depth);
  }

  void published(PublishOutcome outcome, Duration took) {
    Timer.builder("sluice.publishes")
        .tag(
            "outcome",
            switch (outcome) {
              case PublishOutcome.Acknowledged _ -> "acknowledged";
              case PublishOutcome.Refused _ -> "refused";
              case PublishOutcome.Unknown _ -> "unknown";
              case PublishOutcome.Rejected _ -> "rejected";
            })
        .register(registry)
        .record(took);
  }

  void publishQueue(IntSupplier depth) {
    gauge("sluice.publish.queue", depth);
  }

  /// Told from the start.
  void breaker(String name, Supplier<BreakerState> now) {
    registry.counter("sluice.breaker.refusals", "breaker", name);
    for (BreakerState.State state : BreakerState.State.values()) {
      Gauge.builder("sluice.breaker.state", () -> now.get().state() == state ? 1 : 0)
          .tags("breaker", name, "state", state.label())
          .register(registry);
    }
  }

  void breakerRefused(String name) {
    counter("sluice.breaker.refusals", "breaker", name);
  }

  void heartbeatStored() {
    counter("sluice.heartbeats", "result", "stored");
  }

  void heartbeatFailed() {
    counter("sluice.heartbeats", "result", "failed");
  }

  void command(String result) {
    counter("sluice.commands", "result", result);
  }

  void controlUnreadable() {
    counter("sluice.control.unreadable");
  }

  void ledgerUnreadable() {
    counter("sluice.ledger.unreadable");
  }

  void ledgerFailed(Throwable cause) {
    counter("sluice.ledger.errors", "cause", cause.getClass().getSimpleName());
  }

  void truncated(TopicBinding binding) {
    counter("sluice.log.truncations", "namespace", binding.namespace());
  }

  void nodes(IntSupplier live) {
    gauge("sluice.nodes", live);
  }

  void headerDropped() {
    counter("sluice.headers.dropped");
  }

  void moved(TopicBinding binding) {
    counter("sluice.records.moved", "namespace", binding.namespace());
  }

  void producerRenewed(String role) {
    counter("sluice.producer.renewals", "role", role);
  }

  void partitionRests(TopicBinding binding, Throwable cause) {
    String name = cause.getClass().getSimpleName();
    counter("sluice.tailer.rests", "namespace", binding.namespace(), "cause", name);
  }

  void replaying(IntSupplier readers) {
    gauge("sluice.replay.readers", readers);
    for (String name : List.of("scans", "records", "bytes", "seconds", "late")) {
      registry.counter("sluice.replay." + name); // from the start
    }
  }

  void replayScan() {
    counter("sluice.replay.scans");
  }

  /// @param took since what the same scan read before, or since it began
  void replayRead(int records, long bytes, Duration took) {
    registry.counter("sluice.replay.records").increment(records);
    registry.counter("sluice.replay.bytes").increment((double) bytes);
    registry.counter("sluice.replay.seconds").increment(took.toNanos() / 1e9);
  }

  void replayLate() {
    counter("sluice.replay.late");
  }

  void replayFailed(Throwable cause) {
    counter("sluice.replay.errors", "cause", cause.getClass().getSimpleName());
  }

  /// Told from the start.
  Counter logQuestions() {
    return registry.counter("sluice.log.questions");
  }

  void lastValueDropped(TopicBinding binding) {
    counter("sluice.last.values.dropped", "namespace", binding.namespace());
  }

  void tailerError(Throwable cause) {
    counter("sluice.tailer.errors", "cause", cause.getClass().getSimpleName());
  }

  private void counter(String name, String... tags) {
    Counter.builder(name).tags(tags).register(registry).increment();
  }

  private void gauge(String name, IntSupplier value) {
    Gauge.builder(name, value, IntSupplier::getAsInt).strongReference(true).register(registry);
  }
}
