package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionEventJsonTest {
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final SessionEvent.Who ANN =
      new SessionEvent.Who(
          "ann ä\"",
          "c-1",
          "n1",
          Optional.of(new SessionEvent.Hold("tab", 1_767_323_045_678_001L)));
  private static final SessionEvent.Life LIFE =
      new SessionEvent.Life(3001, "shutdown", TIME.minusMillis(1_500), 3, 42);

  @Test
  void aDisconnectSaysAllThereIsToSay() {
    assertThat(SessionEventJson.write(new SessionEvent.Disconnected(ANN, TIME, LIFE)))
        .asString(UTF_8)
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"c-1-disconnected\",\"source\":\"/sluice/nodes/n1\","
                + "\"type\":\"io.sluice.session.disconnected\",\"subject\":\"ann ä\\\"\","
                + "\"time\":\"2026-01-02T03:04:05.678Z\",\"partitionkey\":\"ann ä\\\"\","
                + "\"datacontenttype\":\"application/json\",\"data\":{\"v\":1,\"user\":\"ann ä\\\"\","
                + "\"client\":\"c-1\",\"node\":\"n1\",\"session\":\"tab\",\"generation\":1767323045678001,"
                + "\"code\":3001,\"reason\":\"shutdown\",\"connected\":\"2026-01-02T03:04:04.178Z\","
                + "\"duration_ms\":1500,\"commands\":3,\"publications\":42}}");
  }

  /// So that whoever reads both takes them for one.
  @Test
  void twoNodesSayTheSameOfALostOne() {
    NodeInfo node = new NodeInfo("n2", Instant.ofEpochMilli(1_234), "ws://e", "http://a", "0.1.0");
    assertThat(SessionEventJson.write(new SessionEvent.NodeLost(node, TIME)))
        .asString(UTF_8)
        .isEqualTo(
            "{\"specversion\":\"1.0\",\"id\":\"lost-1234\",\"source\":\"/sluice/nodes/n2\","
                + "\"type\":\"io.sluice.node-lost\",\"subject\":\"n2\","
                + "\"time\":\"2026-01-02T03:04:05.678Z\",\"partitionkey\":\"n2\","
                + "\"datacontenttype\":\"application/json\","
                + "\"data\":{\"v\":1,\"node\":\"n2\",\"started\":\"1970-01-01T00:00:01.234Z\"}}");
  }

  @Test
  void whatIsWrittenIsRead() {
    SessionEvent.Who bob = new SessionEvent.Who("bob", "c-2", "n1", Optional.empty());
    for (SessionEvent event :
        new SessionEvent[] {
          new SessionEvent.Connected(ANN, TIME),
          new SessionEvent.Connected(bob, TIME),
          new SessionEvent.Resumed(ANN, TIME),
          new SessionEvent.TakenOver(ANN, TIME, LIFE),
          new SessionEvent.Disconnected(bob, TIME, LIFE),
          new SessionEvent.NodeLost(new NodeInfo("n2", TIME, "", "", ""), TIME)
        }) {
      assertThat(SessionEventJson.read(SessionEventJson.write(event))).contains(event);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no JSON",
        "[]",
        "{\"type\":\"io.sluice.session.moved\",\"time\":\"2026-01-02T03:04:05Z\",\"data\":{\"user\":\"u\"}}",
        "{\"type\":\"io.sluice.session.connected\",\"time\":\"2026-01-02T03:04:05Z\",\"data\":{}}",
        "{\"type\":\"io.sluice.session.connected\",\"time\":\"now\",\"data\":{\"user\":\"u\"}}",
        "{\"type\":\"com.example.paid\"}"
      })
  void whatIsNoneOfOursIsPassedOver(String value) {
    assertThat(SessionEventJson.read(value.getBytes(UTF_8))).isEmpty();
  }
}
