package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.perf.check.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients of servers that do not know the client protocol.
final class BarePopulationTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Worker worker = new Worker();

  @AfterEach
  void end() {
    worker.close();
  }

  @Test
  void aClientIsLiveWhenItsWebSocketIsOpenAndChecksWhatComes() throws Exception {
    try (BareServer server = new BareServer()) {
      open(server, Audience.BARE);
      assertThat(server.asked())
          .singleElement()
          .asString()
          .startsWith("GET /sub?c=x0 HTTP/1.1\r\n");
      assertThat(server.asked().getFirst()).doesNotContain("Protocol:");

      server.publish("", 0, 0);
      server.publish("", 0, 1);
      server.publish("", 0, 3);
      Report report = received(3);

      assertThat(report.errors()).isEmpty();
      assertThat(report.latencies().getTotalCount()).isEqualTo(3);
      assertThat(finish(4).violations())
          .singleElement()
          .satisfies(it -> assertThat(it.fault()).isEqualTo(Violation.Fault.GAP))
          .satisfies(it -> assertThat(it.first()).isEqualTo(2));
    }
  }

  @Test
  void whatWasPublishedToAnotherChannelIsNoticed() throws Exception {
    try (BareServer server = new BareServer()) {
      open(server, Audience.BARE);
      server.publish("", 7, 0);

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> assertThat(carryOut(new Order.Ask()).errors().toString()).contains("channel"));
    }
  }

  @Test
  void whoComesBackNamesWhatItWasGivenLastAndMayNotMissAnything() throws Exception {
    try (BareServer server = new BareServer()) {
      open(server, Audience.BARE_WITH_IDS);
      assertThat(server.asked().getFirst())
          .contains("Sec-WebSocket-Protocol: ws+meta.nchan\r\n")
          .startsWith("GET /sub?c=x0 HTTP");
      server.publish("id: 17:0\n\n", 0, 0);
      server.publish("id: 17:1\ncontent-type: x\n\n", 0, 1);
      received(2);

      comesBack();
      assertThat(server.asked().getLast()).startsWith("GET /sub?c=x0&last_event_id=17:1 HTTP");
      assertThat(carryOut(new Order.Ask()).verdicts())
          .isEqualTo(Map.of("fresh", 1L, "recovered", 1L));
      server.publish("id: 18:0\n\n", 0, 3);
      received(3);
      assertThat(finish(4).violations())
          .singleElement()
          .satisfies(it -> assertThat(it.fault()).isEqualTo(Violation.Fault.GAP));
    }
  }

  @Test
  void withoutIdsWhoComesBackHasLostWhatItMissed() throws Exception {
    try (BareServer server = new BareServer()) {
      open(server, Audience.BARE);
      server.publish("", 0, 0);
      received(1);

      comesBack();
      assertThat(carryOut(new Order.Ask()).verdicts()).isEqualTo(Map.of("fresh", 1L, "lost", 1L));
      server.publish("", 0, 5);
      received(2);
      assertThat(finish(6).violations()).isEmpty();
    }
  }

  private void open(BareServer server, String scheme) throws Exception {
    Audience audience = Audience.of(List.of(server.edge(scheme)), "", "x", 1, 1);
    Report opened = carryOut(new Order.Open(audience, 0, 1, "127.0.1.1", 10_000));
    assertThat(opened.live()).as(opened::toString).isEqualTo(1);
  }

  private void comesBack() throws Exception {
    Report back = carryOut(new Order.Cut(1, 0));
    assertThat(back.live()).as(back::toString).isEqualTo(1);
  }

  private Report received(long count) throws Exception {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(carryOut(new Order.Ask()).received()).isEqualTo(count));
    return carryOut(new Order.Ask());
  }

  private Report finish(long published) throws Exception {
    return carryOut(new Order.Finish(List.of(published)));
  }

  private Report carryOut(Order order) throws Exception {
    return worker
        .carryOut(Order.read(Order.write(order)))
        .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
