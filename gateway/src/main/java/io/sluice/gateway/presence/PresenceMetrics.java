package io.sluice.gateway.presence;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// Names and meaning of the metrics of presence. Thread-safe.
final class PresenceMetrics {
  private final MeterRegistry registry;
  private final Counter hidden;
  private final Counter told;
  private final Counter dropped;
  private final Counter failed;
  private final Counter asked;
  private final Counter unanswered;

  PresenceMetrics(MeterRegistry registry) {
    this.registry = registry;
    hidden = registry.counter("sluice.presence.hidden");
    told = moves("told");
    dropped = moves("dropped");
    failed = moves("failed");
    asked = registry.counter("sluice.presence.questions");
    unanswered = registry.counter("sluice.presence.unanswered");
  }

  private Counter moves(String outcome) {
    return registry.counter("sluice.presence.moves", "outcome", outcome);
  }

  /// Subscriptions that are shown.
  void members(MemberTable table) {
    registry.gauge("sluice.presence.members", table, MemberTable::size);
  }

  /// A subscription is not shown, because of a limit.
  void hide() {
    hidden.increment();
  }

  /// All nodes were told that somebody came or went.
  void tell(int moves) {
    told.increment(moves);
  }

  /// Nobody was told, because too many came and went at once.
  void drop(int moves) {
    dropped.increment(moves);
  }

  /// Nobody was told, or perhaps nobody, because Kafka did not take it.
  void fail(int moves) {
    failed.increment(moves);
  }

  /// The other nodes were asked.
  void ask() {
    asked.increment();
  }

  /// Some of them did not answer.
  void miss(int nodes) {
    unanswered.increment(nodes);
  }
}
