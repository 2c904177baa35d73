package io.sluice.gateway.presence;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/// The metrics of presence; what each means is said where it is made. Thread-safe.
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
    hidden =
        counter(
            "sluice.presence.hidden",
            "Subscriptions not shown in presence, because of presence.max-members or presence.max-members-per-channel");
    told = moves("told");
    dropped = moves("dropped");
    failed = moves("failed");
    asked =
        counter(
            "sluice.presence.questions", "How often the other nodes were asked who is subscribed");
    unanswered =
        counter("sluice.presence.unanswered", "Nodes that did not answer such a question in time");
  }

  private Counter counter(String name, String meaning) {
    return Counter.builder(name).description(meaning).register(registry);
  }

  private Counter moves(String outcome) {
    return Counter.builder("sluice.presence.moves")
        .description(
            "Joins and leaves that all nodes were told of, that were dropped because too many came at once, or that Kafka did not take, perhaps")
        .tag("outcome", outcome)
        .register(registry);
  }

  /// What the table holds.
  void members(MemberTable table) {
    Gauge.builder("sluice.presence.members", table, MemberTable::size)
        .description("Subscriptions of this node that are shown in presence")
        .register(registry);
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
