package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KnownNodesTest {
  private final KnownNodes nodes =
      new KnownNodes(info("a", 0), () -> NodeLoad.NONE, Duration.ofMinutes(1));

  @Test
  void whoDiedIsToldOnceThisNodeSeesItself() {
    beat("b", 0, 0);
    for (int i = 1; i <= 4; i++) {
      beat("c", 0, 2_000L * i);
    }
    assertThat(nodes.takeDead(true)).as("it may be dead itself").isEmpty();
    beat("a", 0, 9_000);
    assertThat(nodes.takeDead(true)).containsExactly(info("b", 0));
    assertThat(nodes.takeDead(true)).isEmpty();
  }

  @Test
  void aNodeThatWasStartedAnewWithTheSameIdIsNotDead() {
    beat("b", 0, 0);
    for (int i = 1; i <= 4; i++) {
      beat("c", 0, 2_000L * i);
    }
    assertThat(nodes.takeDead(true)).isEmpty();
    beat("b", 9, 8_500);
    beat("a", 0, 9_000);
    assertThat(nodes.infos()).contains(info("b", 9));
    assertThat(nodes.takeDead(true)).isEmpty();
  }

  private void beat(String id, long started, long time) {
    nodes.heartbeat(info(id, started), NodeLoad.NONE, time);
  }

  private static NodeInfo info(String id, long started) {
    return new NodeInfo(id, Instant.ofEpochSecond(started), "ws://" + id, "http://" + id, "0.1.0");
  }
}
