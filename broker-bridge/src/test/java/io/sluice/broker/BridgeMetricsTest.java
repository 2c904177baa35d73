package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BridgeMetricsTest {
  private static final BreakerState STATE =
      new BreakerState("kafka:orders", BreakerState.State.HALF_OPEN, Instant.EPOCH, "timeout");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(registry);

  private Set<String> rows() {
    Set<String> all = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      Set<String> tags = new TreeSet<>();
      meter.getId().getTags().forEach(tag -> tags.add(tag.getKey() + "=" + tag.getValue()));
      all.add(meter.getId().getName() + tags);
    }
    return all;
  }

  private void start() {
    metrics.namespaces(List.of(TopicBinding.of("shop", "orders")));
    metrics.producer("publisher");
    metrics.sessionEvents();
    metrics.breaker("kafka:orders", () -> STATE);
    metrics.deadLetterQueue(() -> 1);
    metrics.sessionEventQueue(() -> 1);
    metrics.publishQueue(() -> 2);
    metrics.nodes(() -> 3);
    metrics.replaying(() -> 4);
  }

  /// Dashboards and alerts use these names, and have their rows before anything happens.
  @Test
  void namesAndLabelsAreThereFromTheStart() {
    start();
    assertThat(rows())
        .contains(
            "sluice.dead.letters[namespace=shop, reason=no-key]",
            "sluice.dead.letters[namespace=shop, reason=misplaced]",
            "sluice.dead.letters.newest[namespace=shop, reason=no-key]",
            "sluice.dead.letters.written[]",
            "sluice.dead.letters.lost[]",
            "sluice.dead.letters.queue[]",
            "sluice.session.events[event=node-lost]",
            "sluice.session.events.lost[cause=user-full]",
            "sluice.publishes[outcome=acknowledged]",
            "sluice.publishes[outcome=refused]",
            "sluice.publishes[outcome=rejected]",
            "sluice.publishes[outcome=unknown]",
            "sluice.publish.queue[]",
            "sluice.breaker.state[breaker=kafka:orders, state=closed]",
            "sluice.breaker.state[breaker=kafka:orders, state=open]",
            "sluice.breaker.state[breaker=kafka:orders, state=half-open]",
            "sluice.breaker.refusals[breaker=kafka:orders]",
            "sluice.heartbeats[result=stored]",
            "sluice.heartbeats[result=failed]",
            "sluice.commands[result=executed]",
            "sluice.control.unreadable[]",
            "sluice.ledger.unreadable[]",
            "sluice.ledger.errors[cause=TimeoutException]",
            "sluice.log.truncations[namespace=shop]",
            "sluice.nodes[]",
            "sluice.headers.dropped[]",
            "sluice.records.moved[namespace=shop]",
            "sluice.producer.renewals[role=publisher]",
            "sluice.tailer.rests[cause=TimeoutException, namespace=shop]",
            "sluice.tailer.errors[cause=TimeoutException]",
            "sluice.replay.errors[cause=TimeoutException]");
    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
  }

  /// Nothing that happens brings labels that were not there, but for causes that only libraries
  /// know.
  @Test
  void whatHappensIsCountedInTheRowsThereAre() {
    start();
    Set<String> before = rows();
    TopicBinding binding = TopicBinding.of("shop", "orders");
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      metrics.deadLetter(binding, reason, Instant.EPOCH);
    }
    SessionEventJson.NAMES.forEach(metrics::sessionEvent);
    metrics.published(new PublishOutcome.Acknowledged(new Position("e", 1)), Duration.ofMillis(3));
    metrics.published(new PublishOutcome.Refused("full"), Duration.ofMillis(3));
    metrics.published(new PublishOutcome.Rejected("large"), Duration.ofMillis(3));
    metrics.published(new PublishOutcome.Unknown("late"), Duration.ofMillis(3));
    metrics.heartbeatStored();
    metrics.heartbeatFailed();
    metrics.command("executed");
    metrics.command("passed-over");
    metrics.truncated(binding);
    metrics.moved(binding);
    metrics.producerRenewed("publisher");
    metrics.breakerRefused("kafka:orders");
    assertThat(rows()).isEqualTo(before);

    metrics.tailerError(new IllegalStateException());
    assertThat(rows()).contains("sluice.tailer.errors[cause=IllegalStateException]");
  }

  @Test
  void whenTheNewestDeadLetterCameIsKnownAndOlderOnesAreOnlyCounted() {
    TopicBinding binding = TopicBinding.of("shop", "orders");
    metrics.namespaces(List.of(binding));
    assertThat(newest()).isZero();
    metrics.deadLetter(binding, DeadLetterReason.NO_KEY, Instant.ofEpochMilli(-1));
    assertThat(newest()).as("of a record without a time").isZero();
    metrics.deadLetter(binding, DeadLetterReason.NO_KEY, Instant.ofEpochSecond(2_000));
    metrics.deadLetter(binding, DeadLetterReason.NO_KEY, Instant.ofEpochSecond(1_000));
    assertThat(newest()).isEqualTo(2_000);
    assertThat(registry.get("sluice.dead.letters").tag("reason", "no-key").counter().count())
        .isEqualTo(3);
  }

  private double newest() {
    return registry.get("sluice.dead.letters.newest").tag("reason", "no-key").gauge().value();
  }

  @Test
  void gaugesShowTheValueOfTheMoment() {
    int[] depth = {1};
    metrics.publishQueue(() -> depth[0]);
    depth[0] = 7;
    assertThat(registry.get("sluice.publish.queue").gauge().value()).isEqualTo(7);
  }
}
