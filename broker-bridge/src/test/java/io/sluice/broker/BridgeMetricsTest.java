package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BridgeMetricsTest {
  private static final BreakerState STATE =
      new BreakerState("kafka:orders", BreakerState.State.HALF_OPEN, Instant.EPOCH, "timeout");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(registry);

  /// Dashboards and alerts use these names.
  @Test
  void namesAndLabelsAreTheDocumentedOnes() {
    TopicBinding binding = TopicBinding.of("shop", "orders");
    metrics.deadLetter(binding, DeadLetterReason.NO_KEY);
    metrics.deadLetterWritten();
    metrics.deadLetterLost();
    metrics.deadLetterQueue(() -> 1);
    metrics.published(new PublishOutcome.Refused("full"), Duration.ofMillis(3));
    metrics.publishQueue(() -> 2);
    metrics.breaker("kafka:orders", () -> STATE);
    metrics.heartbeatStored();
    metrics.heartbeatFailed();
    metrics.controlUnreadable();
    metrics.nodes(() -> 3);
    metrics.headerDropped();
    metrics.moved(binding);
    metrics.producerRenewed("publisher");
    metrics.tailerError(new IllegalStateException());
    Set<String> all = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      Set<String> tags = new TreeSet<>();
      meter.getId().getTags().forEach(tag -> tags.add(tag.getKey() + "=" + tag.getValue()));
      all.add(meter.getId().getName() + tags);
    }
    assertThat(all)
        .containsExactlyInAnyOrder(
            "sluice.dead.letters[namespace=shop, reason=no-key]",
            "sluice.dead.letters.newest[namespace=shop, reason=no-key]",
            "sluice.dead.letters.written[]",
            "sluice.dead.letters.lost[]",
            "sluice.dead.letters.queue[]",
            "sluice.publishes[outcome=refused]",
            "sluice.publish.queue[]",
            "sluice.breaker.state[breaker=kafka:orders, state=closed]",
            "sluice.breaker.state[breaker=kafka:orders, state=open]",
            "sluice.breaker.state[breaker=kafka:orders, state=half-open]",
            "sluice.breaker.refusals[breaker=kafka:orders]",
            "sluice.heartbeats[result=stored]",
            "sluice.heartbeats[result=failed]",
            "sluice.control.unreadable[]",
            "sluice.nodes[]",
            "sluice.headers.dropped[]",
            "sluice.records.moved[namespace=shop]",
            "sluice.producer.renewals[role=publisher]",
            "sluice.tailer.errors[cause=IllegalStateException]");
  }

  @Test
  void gaugesShowTheValueOfTheMoment() {
    int[] depth = {1};
    metrics.publishQueue(() -> depth[0]);
    depth[0] = 7;
    assertThat(registry.get("sluice.publish.queue").gauge().value()).isEqualTo(7);
  }
}
