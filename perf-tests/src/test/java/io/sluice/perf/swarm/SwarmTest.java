package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.perf.swarm.FaultyServer.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Several real worker processes as one.
final class SwarmTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int CLIENTS = 5;

  @Test
  void whatWorkersReportIsAddedUpAndAnAudienceMakesRoomForTheNext() throws Exception {
    try (FaultyServer server = new FaultyServer(Fault.DUPLICATES);
        Swarm swarm = new Swarm(List.of("-Xmx64m", "-XX:+UseSerialGC"), 2)) {
      Audience audience = Audience.of(List.of(server.edge()), "", "c", 1, 1);
      Report opened = swarm.open(audience, CLIENTS);
      assertThat(opened.live()).as(opened::toString).isEqualTo(CLIENTS);

      server.publish(10);
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(swarm.ask().received()).isEqualTo(CLIENTS * 11));
      Report report = swarm.finish(List.of(10L));
      assertThat(report.clients()).isEqualTo(CLIENTS);
      assertThat(report.violations()).hasSize(CLIENTS);
      assertThat(report.latencies().getTotalCount()).isEqualTo(CLIENTS * 11);
      assertThat(report.cpuNs()).isPositive();

      swarm.end();
      Report next = swarm.open(audience.fromAnywhere(), 1);
      assertThat(next.live()).isEqualTo(1);
      assertThat(next.violations()).isEmpty();
      assertThat(swarm.measure().received()).isZero();
    }
  }

  @Test
  void whenTheFirstOfAllWhoWereCutIsOnItsWayBackIsKnown() throws Exception {
    try (FaultyServer server = new FaultyServer(Fault.NONE);
        Swarm swarm = new Swarm(List.of("-Xmx64m", "-XX:+UseSerialGC"), 2)) {
      swarm.open(Audience.of(List.of(server.edge()), "", "c", 1, 1), CLIENTS);
      assertThat(swarm.measure().connectingAt()).isZero();
      long cut = System.nanoTime();
      Report back = swarm.cut(1, Duration.ofMillis(300));

      assertThat(back.connectingAt())
          .as("300 ms and an SDK's pause later")
          .isBetween(cut + Duration.ofMillis(800).toNanos(), System.nanoTime());
    }
  }
}
