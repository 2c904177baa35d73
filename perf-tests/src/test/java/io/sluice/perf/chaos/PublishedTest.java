package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PublishedTest {
  private final Published published = new Published();
  private final Channels channels = new Channels("t-", 1, 1);

  private void add(int node, int channel, long begun, Outcome outcome, long offset) {
    Route route = node == 0 ? Route.DIRECT : Route.NODE;
    OptionalLong told = OptionalLong.of(offset);
    published.add(new Publish(route, node, channel, begun, begun, begun + 1, outcome, told));
  }

  @Test
  void itIsAwaitedUntilWhatWasBegunSinceIsAcknowledgedOnEachWay() throws Exception {
    add(0, 0, 10, Outcome.ACKNOWLEDGED, 1);
    add(1, 1, 10, Outcome.ACKNOWLEDGED, 1);
    add(0, 0, 12, Outcome.ACKNOWLEDGED, 2);
    add(1, 1, 12, Outcome.FAILED, 2);
    assertThat(awaited(Duration.ofMillis(50))).containsExactly(Map.entry(channels.name(0), 2L));
    CompletableFuture<Map<String, Long>> all =
        CompletableFuture.supplyAsync(() -> awaited(Duration.ofSeconds(40)));
    add(1, 1, 13, Outcome.ACKNOWLEDGED, 3);
    add(2, 1, 14, Outcome.ACKNOWLEDGED, 4);
    assertThat(awaited(Duration.ofMillis(50))).as("not by the third node").hasSize(2);
    assertThat(all).isNotDone();
    add(3, 1, 15, Outcome.ACKNOWLEDGED, 5);
    assertThat(all.get(30, TimeUnit.SECONDS))
        .isEqualTo(Map.of(channels.name(0), 2L, channels.name(1), 5L));
  }

  private Map<String, Long> awaited(Duration limit) {
    try {
      return published.awaitAcknowledged(channels, 11, limit);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
