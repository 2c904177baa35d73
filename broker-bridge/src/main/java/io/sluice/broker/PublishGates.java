package io.sluice.broker;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What stands before publishing to each topic: its breaker, and its share of what may be under
/// way. One for each bound topic, so configuration bounds them. Any thread.
final class PublishGates {
  private static final Logger log = LoggerFactory.getLogger(PublishGates.class);

  /// Of one topic.
  ///
  /// @param share where several are bound, half of all at most: one that hangs leaves the others
  ///   their room, here and in the memory of Kafka's producer
  record Gate(PublishBreaker breaker, Bulkhead share) {}

  /// Asks Kafka whether a topic takes publishes now.
  interface Probe {
    /// Never waits; fails when there is no answer in time.
    CompletionStage<Boolean> takes(String topic);
  }

  private final PublishSettings settings;
  private final Probe probe;
  private final BridgeMetrics metrics;
  private final int topics;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  PublishGates(BridgeSettings settings, Probe probe, BridgeMetrics metrics) {
    this(
        settings.publish(),
        settings.bindings().stream().map(TopicBinding::topic).toList(),
        probe,
        metrics);
  }

  /// @param topics those that are bound
  PublishGates(
      PublishSettings settings, Collection<String> topics, Probe probe, BridgeMetrics metrics) {
    this.settings = settings;
    this.probe = probe;
    this.metrics = metrics;
    this.topics = topics.size();
    topics.forEach(this::of);
  }

  Gate of(String topic) {
    return gates.computeIfAbsent(topic, this::gate);
  }

  private Gate gate(String topic) {
    int parts = topics > 1 ? 2 : 1;
    long bytes =
        topics > 1
            ? Math.min(Publisher.maxBytes(settings), ClientProperties.publisherBuffer(settings)) / 2
            : Publisher.maxBytes(settings);
    return new Gate(
        new PublishBreaker(
            topic,
            settings.breaker(),
            settings.deliveryTimeout().multipliedBy(2), // all are answered before
            Clock.systemUTC(),
            System::nanoTime,
            metrics),
        new Bulkhead(" to topic '" + topic + "'", Math.max(1, settings.queue() / parts), bytes));
  }

  List<BreakerState> states() {
    return gates.values().stream().map(gate -> gate.breaker().state()).toList();
  }

  /// To be called often: Kafka is asked whether an open breaker may let somebody through, and,
  /// where nobody publishes that could show it, whether it may close.
  void look() {
    gates.forEach((topic, gate) -> {
      PublishBreaker breaker = gate.breaker();
      if (breaker.wantsToAsk(gate.share().count() == 0)) {
        ask(topic, gate);
      }
    });
  }

  /// What throws must not end the thread that looks.
  private CompletionStage<Boolean> takes(String topic) {
    try {
      return probe.takes(topic);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private void ask(String topic, Gate gate) {
    PublishBreaker breaker = gate.breaker();
    int era = breaker.era();
    breaker.asks();
    takes(topic)
        .whenComplete((takes, failure) -> {
          if (failure != null) {
            log.debug("Kafka did not say whether it takes publishes topic={}", topic, failure);
          }
          breaker.told(
              era,
              takes != null && takes ? PublishBreaker.Answer.TAKES : PublishBreaker.Answer.DOES_NOT,
              gate.share().count() == 0);
        });
  }
}
