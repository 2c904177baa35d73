package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PublishedTest {
  private final Published published = new Published();
  private final Channels channels = new Channels("t-", 1, 1);

  private void add(int channel, long begun, Outcome outcome, long offset) {
    Route route = channel == 0 ? Route.DIRECT : Route.NODE;
    published.add(
        new Publish(route, channel, begun, begun, begun + 1, outcome, OptionalLong.of(offset)));
  }

  @Test
  void itIsAwaitedUntilWhatWasBegunSinceIsAcknowledgedInEachChannel() throws Exception {
    add(0, 10, Outcome.ACKNOWLEDGED, 1);
    add(1, 10, Outcome.ACKNOWLEDGED, 1);
    add(0, 12, Outcome.ACKNOWLEDGED, 2);
    add(1, 12, Outcome.FAILED, 2);
    CountDownLatch waits = new CountDownLatch(1);
    CompletableFuture<Map<String, Long>> awaited =
        CompletableFuture.supplyAsync(() -> {
          waits.countDown();
          try {
            return published.awaitAcknowledged(channels, 11, Duration.ofSeconds(40));
          } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
          }
        });
    waits.await();
    assertThat(published.awaitAcknowledged(channels, 11, Duration.ofMillis(50)))
        .containsExactly(Map.entry(channels.name(0), 2L));
    assertThat(awaited).isNotDone();
    add(1, 13, Outcome.ACKNOWLEDGED, 3);
    assertThat(awaited.get(30, TimeUnit.SECONDS))
        .isEqualTo(Map.of(channels.name(0), 2L, channels.name(1), 3L));
  }
}
